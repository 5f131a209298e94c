# Makes the golden values of tests/golden/test_waiting.py:  cd tests/golden/waiting && Rscript golden.R
# R 4.2.2, survival 3.5-3. counts.csv is invented: cases by days waited and how they stand.
library(survival)
counts <- read.csv("counts.csv")
rows <- counts[rep(seq_len(nrow(counts)), counts$cases), ]
event <- factor(rows$status, levels = c("open", "decided", "lapsed"))

waiting <- survfit(Surv(rows$day, rows$status != "open") ~ 1, conf.type = "log-log")
ended <- survfit(Surv(rows$day, event) ~ 1, conf.type = "log-log")
digits <- function(x) formatC(x, digits = 13, format = "g", width = 1)
out <- data.frame(
  day = waiting$time, at_risk = waiting$n.risk,
  waiting = digits(waiting$surv), waiting_se = digits(waiting$std.err * waiting$surv),
  waiting_low = digits(waiting$lower), waiting_high = digits(waiting$upper)
)
for (cause in c("decided", "lapsed")) {
  at <- match(waiting$time, ended$time)
  column <- match(cause, ended$states)
  out[[cause]] <- digits(ended$pstate[at, column])
  out[[paste0(cause, "_se")]] <- digits(ended$std.err[at, column])
  out[[paste0(cause, "_low")]] <- digits(ended$lower[at, column])
  out[[paste0(cause, "_high")]] <- digits(ended$upper[at, column])
}
write.csv(out, "golden.csv", row.names = FALSE, quote = FALSE)

half <- quantile(waiting, probs = 0.5)
# Freireich et al. 1963, 6-mercaptopurine: weeks in remission, + still in remission, as printed in Kalbfleisch & Prentice
weeks <- c(6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35)
ended6 <- c(1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0)
print(summary(survfit(Surv(weeks, ended6) ~ 1, conf.type = "log-log")))
print(quantile(survfit(Surv(weeks, ended6) ~ 1, conf.type = "log-log"), probs = 0.5))
print(half)
