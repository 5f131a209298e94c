# Makes the golden values of two phases:  cd tests/golden/estimation && Rscript two_phase.R
# R 4.2.2, survey 4.1-1, twophase(method = "full"). That version reads the size of a stratum off the wrong rows when not all
# of the sample is read twice (Dcheck_subset gets one number per row of the sample, and takes the first ones): with the first
# unit of each cluster first, then the other rows read twice, then the rest, it gets the right ones. Without a finite
# population it leaves out the covariance of the cases' being drawn, so here every population is finite.
suppressMessages(library(survey))
options(survey.lonely.psu = "fail", warn = 2)
out <- list()
ordered <- function(t, unit) {
  first <- t$both & !duplicated(ifelse(t$both, unit, paste("once", seq_along(unit))))
  t[order(!first, !t$both), ]
}
told <- function(name, d, by) {
  tell <- function(name, d) {
    for (variable in c("truth", "first", "missed")[1:(if (grepl("calibrated", name)) 1 else 3)]) {
      m <- svymean(as.formula(paste0("~", variable)), d); v <- attr(vcov(m), "phases")
      x <- c(mean = coef(m)[[1]], se = SE(m)[[1]], phase1_var = v$phase1[[1]], phase2_var = v$phase2[[1]])
      out[[length(out) + 1]] <<- data.frame(design = name, domain = "", variable, quantity = names(x),
        value = formatC(x, digits = 15, format = "g", width = 1), row.names = NULL)
    }
  }
  tell(name, d)
  # To agree on the cases' weight, and on the weight of those read as yes.
  tell(paste0(name, "_calibrated"), calibrate(d, phase = 2, formula = ~ 0 + base + found))
  if (by) tell(paste0(name, "_calibrated_by_stratum"), calibrate(d, phase = 2, formula = ~ 0 + stratum:base + stratum:found))
}
prepared <- function(t) { t$missed <- t$truth - t$first; t$found <- t$base * t$first; t }

t <- read.csv("two_phase.csv"); t$both <- t$twice == 1
t$id <- seq_len(nrow(t)); t$base <- t$population / ave(t$first, t$stratum, FUN = length); t$all <- sum(unique(t$population))
t <- prepared(ordered(t, t$id))
told("elements", twophase(id = list(~id, ~id), strata = list(~stratum, ~stratum), subset = ~both, data = t,
                          fpc = list(~population, NULL)), TRUE)
# A part of the cases, every other: to agree on its weights, and on those of the rest.
t$inside <- t$id %% 2; t$yes_inside <- t$truth * t$inside
part <- calibrate(twophase(id = list(~id, ~id), strata = list(~stratum, ~stratum), subset = ~both, data = t,
                           fpc = list(~population, NULL)), phase = 2,
                  formula = ~ 0 + I(base * inside) + I(found * inside) + I(base * (1 - inside)) + I(found * (1 - inside)))
m <- svyratio(~yes_inside, ~inside, part)
out[[length(out) + 1]] <- data.frame(design = "elements_part", domain = "odd", variable = "truth", quantity = c("mean", "se"),
  value = formatC(c(coef(m), SE(m)), digits = 15, format = "g", width = 1))
# The same sample taken as a simple one, its second readings drawn among cases with and without a finding.
t$base <- t$all / nrow(t); t <- prepared(t); t$kind <- ifelse(t$first == 1, "yes", "no")
told("by_finding", twophase(id = list(~id, ~id), strata = list(NULL, ~kind), subset = ~both, data = t,
                            fpc = list(~all, NULL)), FALSE)

# Clusters and two stages: every third row read twice, an invented truth.
again <- function(t) { t$first <- t$yes; t$both <- seq_len(nrow(t)) %% 3 == 1; t$truth <- abs(t$yes - t$rare); t }
c1 <- again(read.csv("cluster.csv"))
c1$base <- c1$population / tapply(c1$cluster, c1$stratum, function(x) length(unique(x)))[c1$stratum]
c1 <- prepared(ordered(c1, c1$cluster))
told("clusters", twophase(id = list(~cluster, ~id), strata = list(~stratum, NULL), subset = ~both, data = c1,
                          fpc = list(~population, NULL)), FALSE)
c2 <- again(read.csv("two_stage.csv"))
c2$base <- weights(svydesign(id = ~cluster + id, strata = ~stratum, fpc = ~clusters + cases, data = c2))
c2 <- prepared(ordered(c2, c2$cluster))
told("stages", twophase(id = list(~cluster + id, ~id), strata = list(~stratum, NULL), subset = ~both, data = c2,
                        fpc = list(~clusters + cases, NULL)), FALSE)
write.csv(do.call(rbind, out), "two_phase_golden.csv", row.names = FALSE, quote = FALSE)
