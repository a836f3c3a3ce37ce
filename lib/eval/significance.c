/* SPDX-License-Identifier: Apache-2.0 */
/* Student's t distribution by the incomplete beta function. */
#include "eval/significance.h"

#include <math.h>

/* Replaces a vanishing denominator of the continued fraction. */
static double away_from_zero(double x)
{
    return fabs(x) < 1e-300 ? 1e-300 : x;
}

/* Continued fraction of the incomplete beta function (DLMF 8.17.22), by Lentz's method. Converges fast for x <
 * (a+1)/(a+b+2). */
static double beta_fraction(double a, double b, double x)
{
    double c = 1, d = 1 / away_from_zero(1 - (a + b) * x / (a + 1)), fraction = d;
    for (int m = 1; m <= 10000; m++) {
        const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        const double terms[2] = {even, odd};
        double step = 1;
        for (int i = 0; i < 2; i++) {
            d = 1 / away_from_zero(1 + terms[i] * d);
            c = away_from_zero(1 + terms[i] / c);
            step = c * d;
            fraction *= step;
        }
        if (fabs(step - 1) < 1e-15) break;
    }
    return fraction;
}

/* lgamma writes the sign to a global variable; lgamma_r does not. */
static double log_gamma(double x)
{
    int sign = 0;
    return lgamma_r(x, &sign);
}

/* I_x(a,b), the regularized incomplete beta function. The caller passes y = 1 - x, computed without cancellation. */
static double beta_share(double a, double b, double x, double y)
{
    if (x <= 0) return 0;
    if (y <= 0) return 1;
    const double front = exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * log(x) + b * log(y));
    if (x < (a + 1) / (a + b + 2)) return front * beta_fraction(a, b, x) / a;
    return 1 - front * beta_fraction(b, a, y) / b;
}

/* P(|T| >= t) = I_x(freedom/2, 1/2) with x = freedom / (freedom + t^2) (Abramowitz & Stegun 26.5.27) */
double lr_student_tails(double t, double freedom)
{
    const double all = freedom + t * t;
    return isinf(all) ? 0 : beta_share(freedom / 2, .5, freedom / all, t * t / all);
}

double lr_student_quantile(double tails, double freedom)
{
    double low = 0, high = 1;
    while (lr_student_tails(high, freedom) > tails && high < 1e300) high *= 2;
    for (int i = 0; i < 200 && high - low > 1e-14 * high; i++) {
        const double middle = (low + high) / 2;
        if (lr_student_tails(middle, freedom) > tails) low = middle;
        else high = middle;
    }
    return high;
}
