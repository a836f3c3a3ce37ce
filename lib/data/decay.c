/* SPDX-License-Identifier: Apache-2.0 */
/* The formulas of llmrec_decay. */
#include "data/decay.h"

#include <math.h>

const lr_choice lr_decays[] = {{"none", LLMREC_DECAY_NONE},
                               {"constant_linear", LLMREC_DECAY_CONSTANT_LINEAR},
                               {"scaling_linear", LLMREC_DECAY_SCALING_LINEAR},
                               {"scaling_quadratic", LLMREC_DECAY_SCALING_QUADRATIC},
                               {"scaling_cubic", LLMREC_DECAY_SCALING_CUBIC},
                               {"log", LLMREC_DECAY_LOG},
                               {"harmonic", LLMREC_DECAY_HARMONIC},
                               {"harmonic_squared", LLMREC_DECAY_HARMONIC_SQUARED},
                               {"exponential", LLMREC_DECAY_EXPONENTIAL},
                               {NULL, 0}};

static double at_least(double value)
{
    return value < 1e-5 ? 1e-5 : value;
}

double lr_decay_weight(const lr_weighting *weighting, size_t age, size_t length)
{
    const double a = (double)age, scaling = at_least(1 - (a - 1) / (double)length);
    switch (weighting->decay) {
    case LLMREC_DECAY_CONSTANT_LINEAR: return at_least(1 - 0.1 * (a - 1));
    case LLMREC_DECAY_SCALING_LINEAR: return scaling;
    case LLMREC_DECAY_SCALING_QUADRATIC: return scaling * scaling;
    case LLMREC_DECAY_SCALING_CUBIC: return scaling * scaling * scaling;
    case LLMREC_DECAY_LOG: return 1 / (1 + log(a));
    case LLMREC_DECAY_HARMONIC: return 1 / a;
    case LLMREC_DECAY_HARMONIC_SQUARED: return 1 / (a * a);
    case LLMREC_DECAY_EXPONENTIAL: return exp(-weighting->rate * (a - 1));
    default: return 1; /* LLMREC_DECAY_NONE */
    }
}
