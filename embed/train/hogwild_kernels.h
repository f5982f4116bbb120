#pragma once

#include <span>
#include <string_view>

#include "common/matrix.h"
#include "embed/train/context_block.h"
#include "embed/train/logistic_block.h"

namespace wordkin {

// Everything that touches parameters which other threads change at the same moment, and nothing
// else.
//
// Hogwild (Niu, Recht, Re and Wright, "Hogwild!: a lock-free approach to parallelizing stochastic
// gradient descent", NIPS 2011) lets threads read and write shared rows without locks or atomics.
// An update may be lost or a row be read half changed; because two threads seldom meet in a row,
// and a step is small, training converges all the same. To C++ this is a data race, to the
// processor it is not one: the rows are read and written by plain vector loads and stores. It is
// the only race in the program, confined to hogwild_kernels.cpp, and the one entry in
// tests/tsan.supp.
//
// Rows have a length that is a multiple of Matrix::kRowMultiple, padded with zeros. All functions
// use the widest instruction set of the processor.

// One logistic step for the input vector x against the targets o_k with labels y_k, 1 for what was
// observed and 0 for noise:
//   g_k    = rate * (y_k - sigmoid(x . o_k))
//   error  = sum_k g_k o_k      the step for x, from the targets before their change
//   o_k   += g_k x
// Returns the loss, sum_k -log(y_k sigmoid(x . o_k) + (1 - y_k) (1 - sigmoid(x . o_k))).
// This is equation (4) of Mikolov et al., "Distributed representations of words and phrases and
// their compositionality" (NIPS 2013) for negative sampling, and the path product of its equation
// (3) for hierarchical softmax. All rows have the length of `error`, which must not overlap them.
double logistic_step(const float* input, std::span<float* const> targets,
                     std::span<const float> labels, float rate, std::span<float> error);

// Computes the block's loss, and adds the negative gradient times `rate` for each of its vectors to
// where their steps go. Meanwhile fetches the `upcoming` rows from memory.
double train_block(const LogisticBlock& block, float rate, std::span<const float* const> upcoming,
                   BlockScratch& scratch);

// Fetches rows of this length from memory.
void fetch_rows(std::span<const float* const> rows, std::size_t stride);

// to += factor * the sum of the rows. No row is `to`.
void add_rows(std::span<const float* const> rows, float factor, std::span<float> to);

// CBOW: the mean of each context becomes the input's hidden vector, and the steps for it zero.
void average_contexts(const ContextBlock& block, HiddenVectors& hidden);

// CBOW: the words of the contexts take the steps for their hidden vectors. These are not divided by
// the number of words, as in word2vec.c.
void add_to_contexts(const ContextBlock& block, HiddenVectors& hidden);

// to = row.
void copy_row(std::span<const float> row, float* to);

// What was learned in a copy of a row, its change since `origin`, is added to the row, and the
// row's new value taken over by copy and origin.
void exchange_row(std::span<float> copy, float* origin, float* row);

// The name of the instruction set that these functions use: "AVX3", "AVX2", "NEON", ...
std::string_view hogwild_instruction_set();

}  // namespace wordkin
