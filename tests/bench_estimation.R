# R's survey on the generated sample: Rscript bench_estimation.R FOLDER. Prints the seconds of svyby(svymean) alone, writes
# r.csv: 20 shares and 20 standard errors per domain.
suppressMessages(library(survey))
folder <- commandArgs(TRUE)[1]
rows <- read.csv(file.path(folder, "sample.csv"))
design <- svydesign(ids = ~1, strata = ~h, weights = ~w, fpc = ~N, data = rows)
variables <- as.formula(paste("~", paste(sprintf("y%02d", 1:20), collapse = "+")))
started <- proc.time()[3]
found <- svyby(variables, ~dom, design, svymean, vartype = "se")
seconds <- proc.time()[3] - started
found <- found[order(found$dom), -1]
write.csv(format(as.data.frame(found), digits = 17), file.path(folder, "r.csv"), row.names = FALSE, quote = FALSE)
cat(seconds, "\n")
