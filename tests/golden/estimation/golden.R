# Makes the golden values of the estimates:  cd tests/golden/estimation && Rscript golden.R   (after data.R)
# R 4.2.2, survey 4.1-1. The samples are invented (data.R). One value a row:
#   design    which design, below      domain   "" all, "a" an area, "a-b" the first minus the second
#   variable  a column, or amount/time (a ratio)       quantity  what, named as below       value  15 digits
suppressMessages(library(survey))
options(survey.lonely.psu = "fail")
out <- list()
add <- function(design, domain, variable, ...) {
  v <- list(...)
  out[[length(out) + 1]] <<- data.frame(design, domain, variable, quantity = names(v),
    value = sapply(v, function(x) formatC(as.numeric(x), digits = 15, format = "g", width = 1)),
    row.names = NULL)
}
exactly <- glm.control(epsilon = 1e-15, maxit = 200)
# qbeta gives up at very few cases; what does not give its own probability back is left out.
bounds <- function(p, n, alpha = 0.05) suppressWarnings({
  low <- qbeta(alpha / 2, n * p, n * (1 - p) + 1); high <- qbeta(1 - alpha / 2, n * p + 1, n * (1 - p))
  if (p > 0 && abs(pbeta(low, n * p, n * (1 - p) + 1) - alpha / 2) > 1e-12) low <- NA
  if (p < 1 && abs(pbeta(high, n * p + 1, n * (1 - p)) - 1 + alpha / 2) > 1e-12) high <- NA
  c(low, high)
})
wilson <- function(p, n, z) {
  (p + z^2 / (2 * n) + c(-1, 1) * z * sqrt(p * (1 - p) / n + z^2 / (4 * n^2))) / (1 + z^2 / n)
}

# mean, se; n rows and df of the domain; deff as svymean(deff = TRUE) and (deff = "replace");
# n_eff = p(1-p)/v, n_eff_df the same times (t(n-1)/t(df))^2; the intervals of svyciprop with df of the domain,
# of the whole design (_whole) and none (_inf). beta_plain: no df. beta_capped: n_eff_df at most n, as NCHS
# (surveytable). wilson: n_eff and the normal quantile; wilson_t: n_eff and t(df); wilson_df: n_eff_df and the normal.
# exact: at 0 and at all, Clopper-Pearson for n cases (NCHS does so at 0); exact_df the same with n (t(n-1)/t(df))^2.
share <- function(name, domain, variable, d, whole) {
  f <- as.formula(paste0("~", variable))
  m <- svymean(f, d, deff = TRUE); p <- coef(m)[[1]]; v <- vcov(m)[[1]]
  n <- sum(weights(d) > 0); df <- degf(d)  # R keeps rows of weight 0 where a design is post-stratified
  add(name, domain, variable, n = n, df = df, mean = p, se = sqrt(v))
  if (v > 0) add(name, domain, variable, deff = deff(m))
  if (v > 0 && domain == "") add(name, domain, variable, deff_replace = deff(svymean(f, d, deff = "replace")))
  if (df < 1 || n < 2 || (domain != "" && grepl("_wr|_remove|_adjust|_average", name))) return(invisible())
  t <- (qt(0.025, n - 1) / qt(0.025, df))^2
  if (v <= 0 || p <= 0 || p >= 1) {
    if (p %in% c(0, 1)) {
      b <- bounds(p, n); e <- bounds(p, n * t)
      add(name, domain, variable, exact_low = b[1], exact_high = b[2], exact_df_low = e[1], exact_df_high = e[2])
    }
    return(invisible())
  }
  ne <- p * (1 - p) / v
  b <- list(beta_capped = bounds(p, min(n, ne * t)), wilson = wilson(p, ne, qnorm(0.975)))
  if (domain == "") b <- c(b, list(beta_plain = bounds(p, ne), wilson_t = wilson(p, ne, qt(0.975, df)),
                                   wilson_df = wilson(p, ne * t, qnorm(0.975))))
  # svyciprop's own fit stops at 1e-8 and its likelihood interval is read off a spline, so that it is right to some
  # 1e-5: the same criterion is solved here (`likelihood`), and R's own (`likelihood_r`) stands beside it.
  g <- svyglm(as.formula(paste0(variable, " ~ 1")), d, family = quasibinomial, control = exactly)
  root <- function(df) {
    off <- function(q) 2 * ne * (p * log(p / q) + (1 - p) * log((1 - p) / (1 - q))) - qt(0.025, df)^2 * n / (n - 1)
    # NA where the limit lies beyond 1e-12
    solve <- function(ends) if (prod(sapply(ends, off)) < 0) uniroot(off, ends, tol = 1e-15)$root else NA
    c(solve(c(1e-12, p)), solve(c(p, 1 - 1e-12)))
  }
  kinds <- list(list("", df), list("_whole", degf(whole)), list("_inf", Inf))
  for (k in if (name %in% c("srs", "stratified", "cluster")) kinds else kinds[1]) {
    b[[paste0("logit", k[[1]])]] <- as.numeric(plogis(confint(g, 1, ddf = k[[2]])))
    b[[paste0("mean", k[[1]])]] <- as.numeric(attr(svyciprop(f, d, method = "mean", df = k[[2]]), "ci"))
    b[[paste0("likelihood", k[[1]])]] <- root(k[[2]])
  }
  b[["beta"]] <- bounds(p, ne * t)
  profile <- tryCatch(as.numeric(attr(svyciprop(f, d, method = "likelihood"), "ci")), error = function(e) NULL)
  if (!is.null(profile) && all(is.finite(profile))) b[["likelihood_r"]] <- profile
  if (n == nrow(d) && !anyNA(b[["beta"]])) {  # else R counts rows of weight 0
    stopifnot(all.equal(b[["beta"]], as.numeric(attr(svyciprop(f, d, method = "beta"), "ci")), tolerance = 1e-13))
  }
  if (domain == "") b[["beta_90"]] <- bounds(p, ne * (qt(0.05, n - 1) / qt(0.05, df))^2, 0.1)
  add(name, domain, variable, n_eff = ne, n_eff_df = ne * t)
  for (k in names(b)) {
    do.call(add, c(list(name, domain, variable), setNames(as.list(b[[k]]), paste0(k, c("_low", "_high")))))
  }
}
# Of a count or an amount: total, its se, mean, its se; a ratio and its se.
amounts <- function(name, domain, d) {
  for (variable in c("yes", "amount")) {
    s <- svytotal(as.formula(paste0("~", variable)), d)
    add(name, domain, variable, total = coef(s), total_se = SE(s))
  }
  m <- svymean(~amount, d, deff = TRUE); ci <- confint(m, df = max(1, degf(d)))
  add(name, domain, "amount", mean = coef(m), se = SE(m), deff = deff(m))
  if (degf(d) > 0) add(name, domain, "amount", mean_low = ci[1], mean_high = ci[2])
  r <- svyratio(~amount, ~time, d)
  add(name, domain, "amount/time", ratio = coef(r), ratio_se = SE(r))
}
# The difference of two domains that are estimated from one design: with their covariance.
differences <- function(name, d, pairs) {
  for (variable in c("yes", "amount")) {
    f <- as.formula(paste0("~", variable))
    by <- svyby(f, ~area, d, svymean, covmat = TRUE); tot <- svyby(f, ~area, d, svytotal, covmat = TRUE)
    for (p in pairs) {
      w <- setNames(as.list(c(1, -1)), p); k <- paste(p, collapse = "-")
      m <- svycontrast(by, list(d = unlist(w))); t <- svycontrast(tot, list(d = unlist(w)))
      add(name, k, variable, difference = coef(m), difference_se = SE(m), covariance = vcov(by)[p[1], p[2]],
          total_difference = coef(t), total_difference_se = SE(t), df = degf(d))
    }
  }
}
# The same by the linearised variable, for PPS and post-stratified designs, where svyby of 4.1-1 gives no
# covariance.
differences_linear <- function(name, d, pairs) for (variable in c("yes", "amount")) for (p in pairs) {
  y <- d$variables[[variable]]; w <- weights(d); inside <- lapply(p, function(a) d$variables$area == a)
  part <- lapply(inside, function(i) i * (y - sum((w * y)[i]) / sum(w[i])) / sum(w[i]))
  se <- function(z) as.numeric(SE(svytotal(z, d)))
  means <- sapply(inside, function(i) sum((w * y)[i]) / sum(w[i]))
  v <- se(part[[1]] - part[[2]])
  add(name, paste(p, collapse = "-"), variable, difference = means[1] - means[2], difference_se = v,
      covariance = (se(part[[1]])^2 + se(part[[2]])^2 - v^2) / 2,
      total_difference = sum((w * y)[inside[[1]]]) - sum((w * y)[inside[[2]]]),
      total_difference_se = se(y * (inside[[1]] - inside[[2]])), df = degf(d))
}
everything <- function(name, d, pairs = list(c("a", "b")),
                       areas = intersect(c("a", "d", "e", "f"), d$variables$area)) {
  for (variable in c("yes", "rare", "none", "every")) share(name, "", variable, d, d)
  amounts(name, "", d)
  for (a in areas) {
    s <- subset(d, area == a)
    for (variable in c("yes", "rare", "none", "every")) share(name, a, variable, s, d)
    amounts(name, a, s)
  }
  if (length(pairs)) (if (grepl("brewer|post", name)) differences_linear else differences)(name, d, pairs)
}

# srs: simple, with fpc (population). srs_wr: the same weights, without.
a <- read.csv("srs.csv"); a$weight <- a$population / nrow(a)
everything("srs", svydesign(id = ~1, fpc = ~population, data = a))
everything("srs_wr", svydesign(id = ~1, weights = ~weight, data = a))

# stratified: fpc (population per stratum). stratified_wr: weights population/n, without fpc.
b <- read.csv("stratified.csv"); b$weight <- b$population / ave(b$yes, b$stratum, FUN = length)
st <- svydesign(id = ~1, strata = ~stratum, fpc = ~population, data = b)
everything("stratified", st, list(c("a", "b"), c("c", "f")))
everything("stratified_wr", svydesign(id = ~1, strata = ~stratum, weights = ~weight, data = b))

# stratified_post: post-stratified to 1180 refused and 2671 granted.
post <- function(d) postStratify(d, ~group, data.frame(group = c("refused", "granted"), Freq = c(1180, 2671)))
everything("stratified_post", post(st), list(c("a", "b"), c("c", "f")))

# cluster: one stage, population = clusters in the stratum. cluster_wr: without fpc.
c1 <- read.csv("cluster.csv")
taken <- tapply(c1$cluster, c1$stratum, function(x) length(unique(x)))
c1$weight <- c1$population / taken[c1$stratum]
everything("cluster", svydesign(id = ~cluster, strata = ~stratum, fpc = ~population, data = c1))
everything("cluster_wr", svydesign(id = ~cluster, strata = ~stratum, weights = ~weight, data = c1))
c1$group <- ifelse(c1$time %% 2 == 0, "refused", "granted")  # cluster_post: time even is "refused"
everything("cluster_post", post(svydesign(id = ~cluster, strata = ~stratum, fpc = ~population, data = c1)))

# two_stage: fpc at both stages (clusters in the stratum, cases in the cluster). two_stage_wr: weights, no fpc.
c2 <- read.csv("two_stage.csv")
two <- svydesign(id = ~cluster + id, strata = ~stratum, fpc = ~clusters + cases, data = c2)
everything("two_stage", two)
c2$weight <- weights(two)
everything("two_stage_wr", svydesign(id = ~cluster, strata = ~stratum, weights = ~weight, data = c2))

# single_*: strata with one unit under each rule.
s <- read.csv("single.csv")
si <- svydesign(id = ~1, strata = ~stratum, fpc = ~population, data = s)
for (rule in c("certainty", "remove", "adjust", "average")) {
  options(survey.lonely.psu = rule)
  everything(paste0("single_", rule), si)
}
options(survey.lonely.psu = "fail")

# pps_brewer: probability drawn * size / total_size, pps = "brewer". pps_wr: the weights alone.
p <- read.csv("pps.csv"); p$probability <- p$drawn * p$size / p$total_size; p$weight <- 1 / p$probability
everything("pps_brewer", svydesign(id = ~1, strata = ~stratum, fpc = ~probability, data = p, pps = "brewer"))
everything("pps_wr", svydesign(id = ~1, strata = ~stratum, weights = ~weight, data = p))

# pps_two_stage_brewer: probability clusters_drawn * size / total_size, then cases_drawn of cases.
q <- read.csv("pps_two_stage.csv")
q$first <- q$clusters_drawn * q$size / q$total_size; q$second <- q$cases_drawn / q$cases
q$weight <- 1 / (q$first * q$second)
everything("pps_two_stage_brewer", svydesign(id = ~cluster + id, fpc = ~first + second, data = q, pps = "brewer"))
everything("pps_two_stage_wr", svydesign(id = ~cluster, weights = ~weight, data = q))

# rounds: two rounds stacked, the unit is the cluster, so that overlap gives covariance. No fpc.
r <- read.csv("rounds.csv")
d <- svydesign(id = ~unit, strata = ~stratum, weights = ~weight, data = r)
for (variable in c("yes", "amount")) {
  by <- svyby(as.formula(paste0("~", variable)), ~round, d, svymean, covmat = TRUE)
  m <- svycontrast(by, c(-1, 1))
  add("rounds", "2-1", variable, first = coef(by)[1], first_se = SE(by)[1], second = coef(by)[2],
      second_se = SE(by)[2], covariance = vcov(by)[1, 2], difference = coef(m), difference_se = SE(m), df = degf(d))
  tot <- svycontrast(svyby(as.formula(paste0("~", variable)), ~round, d, svytotal, covmat = TRUE), c(-1, 1))
  add("rounds", "2-1", variable, total_difference = coef(tot), total_difference_se = SE(tot))
}

golden <- do.call(rbind, out)
write.csv(golden[!(golden$value %in% c("NaN", "NA")), ], "golden.csv", row.names = FALSE, quote = FALSE)
