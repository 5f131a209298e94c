# Coefficients of drawn.csv as of a stratified sample: R's survey 4.1-1, delta method, to drawn_golden.csv.
# Rscript golden.R, in this folder. Percent, Gwet, Fleiss/Scott and alpha (without the correction for few ratings) are
# functions of means (svycontrast); Cohen's kappa is svykappa's.
library(survey)
options(digits = 15)
data <- read.csv("drawn.csv", colClasses = c(rater1 = "character", rater2 = "character", rater3 = "character"))
given <- as.matrix(data[, c("rater1", "rater2", "rater3")])
for (answer in c("a", "b", "c")) data[[paste0("r_", answer)]] <- rowSums(given == answer)
counts <- as.matrix(data[, c("r_a", "r_b", "r_c")])
data$r <- rowSums(counts)
data$alike <- rowSums(counts * (counts - 1)) / (data$r * (data$r - 1))
for (answer in c("a", "b", "c")) data[[paste0("x_", answer)]] <- data[[paste0("r_", answer)]] / data$r
pair <- function(one, other) 2 * counts[, one] * counts[, other] / (data$r - 1)
data$ab <- pair(1, 2); data$ac <- pair(1, 3); data$bc <- pair(2, 3)

measured <- function(name, rows) {
  own <- data[rows, ]
  designs <- list(
    weights = svydesign(ids = ~1, weights = ~weight, data = own),
    strata = svydesign(ids = ~1, strata = ~stratum, weights = ~weight, data = own),
    strata_fpc = svydesign(ids = ~1, strata = ~stratum, weights = ~weight, fpc = ~population, data = own)
  )
  for (kind in names(designs)) {
    design <- designs[[kind]]
    means <- svymean(~alike + x_a + x_b + x_c + r + r_a + r_b + r_c + ab + ac + bc, design)
    put <- function(id, found) {
      line <- data.frame(data = name, design = kind, coefficient = id, value = as.numeric(coef(found)[1]),
                         se = as.numeric(SE(found)[1]))
      write.table(format(line, digits = 15), "drawn_golden.csv", append = TRUE, sep = ",", quote = FALSE,
                  row.names = FALSE, col.names = FALSE)
    }
    put("percent", svycontrast(means, quote(alike)))
    put("gwet", svycontrast(means, quote((alike - (x_a * (1 - x_a) + x_b * (1 - x_b) + x_c * (1 - x_c)) / 2) /
      (1 - (x_a * (1 - x_a) + x_b * (1 - x_b) + x_c * (1 - x_c)) / 2))))
    put("fleiss", svycontrast(means, quote((alike - (x_a^2 + x_b^2 + x_c^2)) / (1 - (x_a^2 + x_b^2 + x_c^2)))))
    put("alpha_nominal", svycontrast(means, quote(1 - ((ab + ac + bc) / r) /
      (1 - (r_a^2 + r_b^2 + r_c^2) / r^2))))
    put("alpha_ranks", svycontrast(means, quote(1 -
      (ab * (r_a / 2 + r_b / 2)^2 + ac * (r_a / 2 + r_b + r_c / 2)^2 + bc * (r_b / 2 + r_c / 2)^2) / r /
      (2 * (r_a * r_b * (r_a / 2 + r_b / 2)^2 + r_a * r_c * (r_a / 2 + r_b + r_c / 2)^2 +
              r_b * r_c * (r_b / 2 + r_c / 2)^2) / r^2))))
    if (name == "two") put("cohen", svykappa(~rater1 + rater2, design))
  }
}

cat("data,design,coefficient,value,se\n", file = "drawn_golden.csv")
two <- data$rater3 == ""
measured("two", two)
data$rater1 <- factor(data$rater1); data$rater2 <- factor(data$rater2)
measured("all", rep(TRUE, nrow(data)))
