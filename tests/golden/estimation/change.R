# Makes the golden values of a change between rounds:  cd tests/golden/estimation && Rscript change.R
# R 4.2.2, survey 4.1-1. `paired`: only units in both rounds, whose change is the mean of the differences (svymean). `all`: every
# unit; the variance of each round is survey's, and the covariance of two strata of n1 and n2 units is, of those in both,
# sqrt(n1/(n1-1) * n2/(n2-1)) * sum((z1 - mean z1) * (z2 - mean z2)), z being survey's influence of a mean. `apart`: as if no unit was
# in both. No finite population. In `paired` a unit has the
# weight of the first round in both.
suppressMessages(library(survey))
options(survey.lonely.psu = "fail", warn = 2)
out <- list()
add <- function(design, variable, ...) {
  x <- c(...)
  out[[length(out) + 1]] <<- data.frame(design, domain = "2-1", variable, quantity = names(x),
    value = formatC(x, digits = 15, format = "g", width = 1), row.names = NULL)
}
r <- read.csv("rounds.csv")
rounds <- split(r, r$round)
drawn <- lapply(rounds, function(t) svydesign(id = ~1, strata = ~stratum, weights = ~weight, data = t))
both <- merge(rounds[[1]], rounds[[2]], by = c("unit", "stratum"), suffixes = c("1", "2"))
both$weight <- both$weight1
for (variable in c("yes", "amount")) {
  f <- as.formula(paste0("~", variable))
  means <- lapply(drawn, function(d) svymean(f, d))
  v <- sapply(means, vcov); m <- sapply(means, coef)
  apart <- lapply(rounds, function(t) {  # z less its stratum's mean, times sqrt(n/(n-1))
    z <- t$weight * (t[[variable]] - sum(t$weight * t[[variable]]) / sum(t$weight)) / sum(t$weight)
    n <- ave(z, t$stratum, FUN = length)
    setNames((z - ave(z, t$stratum)) * sqrt(n / (n - 1)), t$unit)
  })
  stopifnot(all.equal(sapply(apart, function(z) sum(z^2)), v, check.attributes = FALSE))
  shared <- intersect(names(apart[[1]]), names(apart[[2]]))
  covariance <- sum(apart[[1]][shared] * apart[[2]][shared])
  add("all", variable, first = m[[1]], first_se = sqrt(v[[1]]), second = m[[2]], second_se = sqrt(v[[2]]),
      covariance = covariance, difference = m[[2]] - m[[1]], difference_se = sqrt(sum(v) - 2 * covariance))
  add("apart", variable, difference_se = sqrt(sum(v)))
  both$d <- both[[paste0(variable, "2")]] - both[[paste0(variable, "1")]]
  d <- svymean(~d, svydesign(id = ~1, strata = ~stratum, weights = ~weight, data = both))
  add("paired", variable, difference = coef(d)[[1]], difference_se = SE(d)[[1]])
}
write.csv(do.call(rbind, out), "change_golden.csv", row.names = FALSE, quote = FALSE)
