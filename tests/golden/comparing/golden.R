# Makes the golden values of tests/golden/test_comparing.py:  cd tests/golden/comparing && Rscript golden.R
# R 4.2.2, package stats. groups.csv is invented. Nothing here is shared with the program: R has its own binomial,
# normal and chi-square distributions, its own score interval (prop.test) and its own trend test (prop.trend.test).
digits <- function(x) formatC(x, digits = 12, format = "g", width = 1)
groups <- read.csv("groups.csv")
out <- data.frame(what = character(), key = character(), value = character())
add <- function(what, key, value) out[nrow(out) + 1, ] <<- list(what, key, digits(value))

# Wilson's interval is R's without the correction, but R gives up at none and all, where one limit is 0 or 1.
score <- function(x, n) suppressWarnings(prop.test(x, n, correct = FALSE)$conf.int)
for (n in c(1, 7, 40, 385, 10000)) for (x in unique(c(0, 1, n %/% 3, n))) {
  key <- paste(x, n, sep = "/")
  add("wilson_low", key, score(x, n)[1]); add("wilson_high", key, score(x, n)[2])
}

trend <- function(name, x, n, t) {
  test <- prop.trend.test(x, n, t)
  add("trend_chi", name, test$statistic); add("trend_p", name, test$p.value)
  add("whole_chi", name, suppressWarnings(prop.test(x, n, correct = FALSE)$statistic))
  line <- lm(I(x / n) ~ t, weights = n)
  add("slope", name, unname(coef(line)[2]))
}
trend("smokers", c(83, 90, 129, 70), c(86, 93, 136, 82), 1:4)  # the example of R's own manual page
trend("alcohol", c(48, 38, 5, 1, 1), c(17114, 14502, 793, 127, 38), c(0, 0.5, 1.5, 4, 7))  # Graubard & Korn 1987
trend("years", c(120, 151, 160, 180), c(400, 420, 390, 410), 2021:2024)

# The limits by R's quantiles: the lower, and the upper as the lower of those that do not count.
lower <- function(n, p, tail) {
  r <- qbinom(tail, n, p)
  here <- pbinom(r, n, p); before <- pbinom(r - 1, n, p)
  max(0, r - (here - tail) / (here - before))
}
for (p in c(0.03, 0.3, 0.337, 0.5, 0.9)) for (n in c(1, 10, 33, 100, 999, 20000)) for (level in c(0.95, 0.998)) {
  tail <- (1 - level) / 2
  key <- paste(p * 1000, n, level, sep = "/")
  add("limit_low", key, lower(n, p, tail) / n)
  add("limit_high", key, (n - lower(n, 1 - p, tail)) / n)
}

p <- sum(groups$successes) / sum(groups$trials)
z <- sort((groups$successes - groups$trials * p) / sqrt(groups$trials * p * (1 - p)))
cut <- length(z) %/% 10
held <- pmin(pmax(z, z[cut + 1]), z[length(z) - cut])
add("phi", "groups", mean(held^2))
add("dispersion_chi", "groups", sum(z^2))
add("dispersion_p", "groups", pchisq(sum(z^2), length(z) - 1, lower.tail = FALSE))
write.csv(out, "golden.csv", row.names = FALSE, quote = FALSE)
