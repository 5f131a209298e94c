# Makes the golden values of tests/golden/test_sampling.py:  cd tests/golden/sampling && Rscript golden.R
# R 4.2.2, package stats. Nothing here is shared with the program: R has its own quantiles, its own power.prop.test,
# and the rest is the textbook's formula written out again, solved by uniroot or by trying every number.
out <- list()
add <- function(what, key, value) {
  out[[length(out) + 1]] <<- data.frame(what, key, value = formatC(value, digits = 15, format = "g", width = 1))
}
key <- function(...) paste(..., sep = "/")

# cases: share/margin/level/population/design effect, before it is rounded up (Cochran 1977, 4.4). N 0: no population.
for (p in c(0.5, 0.2, 0.06)) for (e in c(0.05, 0.03, 0.01)) for (level in c(0.9, 0.95, 0.99))
  for (N in c(0, 385, 2000, 86662)) for (d in c(1, 1.4)) {
    n0 <- d * qnorm((1 + level) / 2)^2 * p * (1 - p) / e^2
    add("cases", key(p, e, level, N, d), if (N == 0) n0 else n0 / (1 + (n0 - 1) / N))
  }
# margin: share/cases/level/population/design effect
for (p in c(0.5, 0.2)) for (n in c(50, 385)) for (N in c(0, 385, 2000)) for (d in c(1, 1.4))
  add("margin", key(p, n, 0.95, N, d),
      qnorm(0.975) * sqrt(d * p * (1 - p) / n * if (N == 0) 1 else (N - n) / (N - 1)))

# exact: the least n for which the longer arm of binom.test's interval is no more than the margin; share/margin/level.
# Shares are such that x is whole at the n tried: x = share * n, between whole numbers by qbeta, as there.
arm <- function(p, n, level) {
  a <- (1 - level) / 2; x <- p * n
  max(p - qbeta(a, x, n - x + 1), qbeta(1 - a, x + 1, n - x) - p)
}
for (p in c(0.5, 0.2)) for (e in c(0.05, 0.1)) for (level in c(0.95, 0.9)) {
  n <- 1
  while (arm(p, n, level) > e) n <- n + 1
  add("exact", key(p, e, level), n)
}
stopifnot(abs(arm(0.5, 400, 0.95) - (0.5 - binom.test(200, 400)$conf.int[1])) < 1e-12)

# change: before/after/power/alpha, cases in each round for power.prop.test; power: before/after/cases/alpha
pairs <- list(c(0.5, 0.75), c(0.47, 0.40), c(0.06, 0.03), c(0.2, 0.3))
for (pair in pairs) for (power in c(0.8, 0.9)) for (alpha in c(0.05, 0.01))
  add("change", key(pair[1], pair[2], power, alpha),
      power.prop.test(p1 = pair[1], p2 = pair[2], power = power, sig.level = alpha, tol = 1e-13)$n)
for (n in c(50, 385, 1000)) add("power", key(0.5, 0.42, n, 0.05), power.prop.test(n = n, p1 = 0.5, p2 = 0.42)$power)

# overlap: before/after/power/alpha/overlap/correlation. The variance of a difference between two means that share
# units: Kish 1965, 12.4. Solved by uniroot.
for (o in c(0.3, 1)) for (r in c(0.2, 0.6)) {
  p <- 0.47; q <- 0.40; c <- o * r; m <- (p + q) / 2
  power <- function(n) pnorm((abs(p - q) - qnorm(0.975) * sqrt(2 * m * (1 - m) * (1 - c) / n)) /
    sqrt((p * (1 - p) + q * (1 - q) - 2 * c * sqrt(p * (1 - p) * q * (1 - q))) / n))
  add("overlap", key(p, q, 0.8, 0.05, o, r), uniroot(function(n) power(n) - 0.8, c(2, 1e5), tol = 1e-10)$root)
}

# domain: cases/domain/assurance, the least n for which that many of the domain come with that probability
for (domain in c(0.19, 0.02)) for (assurance in c(0.5, 0.95)) {
  n <- 30
  while (pbinom(29, n, domain, lower.tail = FALSE) < assurance) n <- n + 1
  add("domain", key(30, domain, assurance), n)
}

# fair: total/method/unit, the parts before rounding, with at least 1 and at most 20 per unit: c found by uniroot.
N <- c(1200, 640, 410, 330, 150, 90, 60, 25, 12, 3); S <- c(0.5, 0.4, 0.3, 0.5, 0.2, 0.5, 0.45, 0.5, 0.1, 0.3)
write.csv(data.frame(unit = seq_along(N), size = N, sd = S), "units.csv", row.names = FALSE, quote = FALSE)
for (method in c("proportional", "square_root", "neyman", "equal")) for (total in c(40, 90)) {
  w <- switch(method, proportional = N, square_root = sqrt(N), neyman = N * S, equal = rep(1, 10))
  part <- function(c) pmin(pmax(c * w, 1), pmin(20, N))
  c <- uniroot(function(c) sum(part(c)) - total, c(0, 1000), tol = 1e-14)$root
  for (i in seq_along(N)) add("fair", key(total, method, i), part(c)[i])
  # largest remainder, of equal remainders the first
  p <- round(part(c), 8); n <- floor(p); left <- total - sum(n)
  if (left > 0) { up <- order(-(p - n), seq_along(n))[seq_len(left)]; n[up] <- n[up] + 1 }
  for (i in seq_along(N)) add("whole", key(total, method, i), n[i])
}
write.csv(do.call(rbind, out), "golden.csv", row.names = FALSE, quote = FALSE)
