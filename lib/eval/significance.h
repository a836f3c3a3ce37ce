/* SPDX-License-Identifier: Apache-2.0 */
/* Student's t distribution, for the paired test of two reports. */
#ifndef LR_EVAL_SIGNIFICANCE_H
#define LR_EVAL_SIGNIFICANCE_H

/* P(|T| >= t), t >= 0, where T has `freedom` >= 1 degrees of freedom. */
double lr_student_tails(double t, double freedom);

/* The t with lr_student_tails(t, freedom) = tails, for tails in (0,1). */
double lr_student_quantile(double tails, double freedom);

#endif
