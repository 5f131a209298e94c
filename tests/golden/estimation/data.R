# Makes the invented samples that golden.R estimates from:  cd tests/golden/estimation && Rscript data.R
# R 4.2.2. Nothing in them is a case: the numbers come from R's generator with the seed below. Every file has one
# row per unit of the sample. yes, rare, none, every: 0/1. amount and time: whole numbers. area: the domains;
# area "e" has one unit, "f" lies in two strata only.
set.seed(20270104, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")
answers <- function(n, share) {
  area <- sample(c("a", "b", "c", "d"), n, replace = TRUE, prob = c(5, 3, 2, 1))
  yes <- rbinom(n, 1, rep_len(share, n))
  data.frame(area, yes, rare = rbinom(n, 1, 0.04), none = 0L, every = 1L,
             amount = as.integer(round(rexp(n, 1 / (40 + 60 * yes)))), time = sample(1:30, n, replace = TRUE))
}
keep <- function(d, name) {
  d <- cbind(id = sprintf("u%04d", seq_len(nrow(d))), d)
  write.csv(d, paste0(name, ".csv"), row.names = FALSE, quote = FALSE)
}

srs <- cbind(population = 2000L, answers(120, 0.45))
srs$area[7] <- "e"
keep(srs, "srs")

N <- c(420L, 310L, 60L, 88L, 1200L, 45L, 95L, 240L, 33L, 510L, 150L, 700L)
n <- c(14L, 11L, 6L, 8L, 30L, 5L, 4L, 12L, 33L, 17L, 7L, 2L)   # the ninth is taken whole
h <- rep(seq_along(n), n)
st <- cbind(stratum = sprintf("s%02d", h), population = N[h],
            answers(length(h), (0.15 + 0.05 * seq_along(n))[h]))
st$area[h %in% c(6, 7)] <- "f"
st$area[st$area == "f" & duplicated(st$area) & seq_along(h) %% 2 == 0] <- "a"
st$area[20] <- "e"
st$group <- ifelse(runif(nrow(st)) < 0.4, "refused", "granted")  # known in the population: 1180 and 2671
keep(st, "stratified")

# One-stage clusters: 4 strata of authorities, all cases of an authority taken.
PN <- c(30L, 24L, 12L, 40L); pn <- c(6L, 5L, 4L, 9L)
psu <- unlist(lapply(seq_along(pn), function(i) sprintf("k%d%02d", i, seq_len(pn[i]))))
size <- sample(2:14, length(psu), replace = TRUE)
lift <- rnorm(length(psu), 0, 0.12)
c1 <- cbind(stratum = rep(rep(sprintf("s%d", seq_along(pn)), pn), size), cluster = rep(psu, size),
            population = rep(rep(PN, pn), size),
            answers(sum(size), rep(pmin(0.9, pmax(0.05, 0.4 + lift)), size)))
c1$area[c1$cluster == "k201"] <- "f"
keep(c1, "cluster")

# Two stages: authorities drawn from a stratum, cases drawn from each authority; both numbers known.
M <- sample(8:60, length(psu), replace = TRUE); m <- pmin(M, sample(3:9, length(psu), replace = TRUE))
m[3] <- M[3]
c2 <- cbind(stratum = rep(rep(sprintf("s%d", seq_along(pn)), pn), m), cluster = rep(psu, m),
            clusters = rep(rep(PN, pn), m), cases = rep(M, m),
            answers(sum(m), rep(pmin(0.9, pmax(0.05, 0.4 + lift)), m)))
keep(c2, "two_stage")

# Strata with a single unit: s03 and s06 have one each of many; s08 is one of one, taken with certainty.
n <- c(9L, 12L, 1L, 7L, 10L, 1L, 15L, 1L); N <- c(90L, 80L, 40L, 70L, 120L, 25L, 150L, 1L)
h <- rep(seq_along(n), n)
si <- cbind(stratum = sprintf("s%02d", h), population = N[h], answers(length(h), 0.4))
si$area[1] <- "e"; si$area[si$stratum == "s04"][1:2] <- "f"; si$area[which(si$stratum == "s05")[1]] <- "f"
keep(si, "single")

# PPS without replacement (Sampford-like sizes; R is given the probabilities), two strata, n 20 and 12.
x <- list(sample(20:400, 120, replace = TRUE), sample(20:200, 60, replace = TRUE)); n <- c(20, 12)
pp <- do.call(rbind, lapply(1:2, function(i) {
  pi <- n[i] * x[[i]] / sum(x[[i]])
  start <- runif(1); hit <- findInterval(start + 0:(n[i] - 1), c(0, cumsum(pi)))
  data.frame(stratum = sprintf("s%d", i), size = x[[i]][hit], total_size = sum(x[[i]]), drawn = n[i])
}))
keep(cbind(pp, answers(nrow(pp), 0.5)), "pps")

# Two stages, the first by size: probability of the authority, number of cases drawn of how many.
A <- sample(30:500, 60); a <- 12; start <- runif(1)
hit <- findInterval(start + 0:(a - 1), c(0, cumsum(a * A / sum(A))))
m <- pmin(A[hit], 6L)
p2 <- data.frame(cluster = rep(sprintf("k%02d", seq_along(hit)), m), size = rep(A[hit], m), total_size = sum(A),
                 clusters_drawn = a, cases = rep(A[hit], m), cases_drawn = rep(m, m))
keep(cbind(p2, answers(nrow(p2), 0.5)), "pps_two_stage")

# Two rounds: 3 strata, 40 units in both rounds, others in one. A unit keeps its stratum.
unit <- c(sprintf("b%03d", 1:40), sprintf("x%03d", 1:50), sprintf("y%03d", 1:44))
where <- c(rep(1:3, length.out = 40), rep(1:3, length.out = 50), rep(1:3, length.out = 44))
base <- runif(length(unit))
one <- 1:90; two <- c(1:40, 91:134)
ro <- rbind(data.frame(unit = unit[one], stratum = where[one], round = 1L, yes = as.integer(base[one] < 0.5)),
            data.frame(unit = unit[two], stratum = where[two], round = 2L,
                       yes = ifelse(runif(84) < 0.7, as.integer(base[two] < 0.42), rbinom(84, 1, 0.42))))
ro$weight <- c(12, 20, 7)[ro$stratum] + 2 * (ro$round == 2)  # as when each round has its own numbers
ro$amount <- as.integer(10 + 30 * ro$yes + sample(0:25, nrow(ro), replace = TRUE))
ro$stratum <- sprintf("s%d", ro$stratum)
keep(ro, "rounds")

# Double reading: 300 cases read once (first), a random 60 read again by two and settled (truth).
truth <- rbinom(300, 1, 0.42)
first <- ifelse(truth == 1, rbinom(300, 1, 0.8), rbinom(300, 1, 0.05))
stratum <- rep(1:3, c(120, 100, 80))
twice <- logical(300)
for (i in 1:3) twice[sample(which(stratum == i), c(24, 20, 16)[i])] <- TRUE
tp <- data.frame(stratum = sprintf("s%d", stratum), population = c(900L, 500L, 240L)[stratum], first,
                 twice = as.integer(twice), truth = ifelse(twice, truth, NA))
keep(tp, "two_phase")
