#include "classify/cell_kernels.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <ostream>
#include <string_view>
#include <vector>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "classify/recurrent_layer.h"
#include "common/random.h"
#include "tests/support/instruction_sets.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(cell_kernels)

namespace data = boost::unit_test::data;

using test::Forced;
using test::kSets;

constexpr std::size_t kRows = 3;
constexpr std::size_t kGap = 3;  // numbers between rows that are not the kernel's
constexpr double kUntouched = 77;

struct CellKind {
  Cell cell;
  bool peepholes;

  friend std::ostream& operator<<(std::ostream& out, const CellKind& kind) {
    return out << enum_name(kind.cell) << (kind.peepholes ? " with peepholes" : "");
  }
};
const auto kKinds = data::make(std::vector<CellKind>{
    {Cell::kRnn, false}, {Cell::kGru, false}, {Cell::kLstm, false}, {Cell::kLstm, true}});
const auto kUnits = data::make({1, 5, 16, 33});

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

// The numbers of a time step of kRows sequences, random at first.
template <class T>
struct Step {
  Step(const CellKind& of, std::size_t of_units, bool starts = false)
      : kind(of), units(of_units), previous_stride(starts ? 0 : units + kGap) {
    auto random = stream(1, "cell step", units);
    const auto fill = [&](std::vector<T>& to, std::size_t size, double scale) {
      to.resize(size);
      for (auto& x : to) x = static_cast<T>(scale * (2 * double{random.uniform()} - 1));
    };
    const auto all = kRows * units;
    fill(gates, all * gate_count(kind.cell), 3);
    fill(recurrent, all * gate_count(kind.cell), 3);
    fill(bias, units * gate_count(kind.cell), 1);
    fill(recurrent_bias, units * gate_count(kind.cell), 1);
    fill(previous, kRows * (units + kGap), starts ? 0 : 1);
    if (kind.peepholes) fill(peepholes, 3 * units, 1);
    fill(hidden_gradient, kRows * (units + kGap), 1);
    fill(carry, all, 1);
    fill(cell_carry, all, 1);
    cells.assign(all, static_cast<T>(kUntouched));
    hidden.assign(kRows * (units + kGap), static_cast<T>(kUntouched));
  }

  void forward() {
    const CellForward<T> step{.rows = kRows,
                              .units = units,
                              .gates = gates.data(),
                              .bias = bias.data(),
                              .input_products = input_rows ? input_products.data() : nullptr,
                              .input_rows = input_rows,
                              .recurrent = recurrent.data(),
                              .recurrent_bias = recurrent_bias.data(),
                              .previous = previous.data(),
                              .previous_stride = previous_stride,
                              .peepholes = kind.peepholes ? peepholes.data() : nullptr,
                              .cells = cells.data(),
                              .hidden = hidden.data(),
                              .hidden_stride = units + kGap};
    switch (kind.cell) {
      case Cell::kRnn:
        return rnn_forward(step);
      case Cell::kGru:
        return gru_forward(step);
      case Cell::kLstm:
        return lstm_forward(step);
    }
  }

  void backward() {
    const CellBackward<T> step{.rows = kRows,
                               .units = units,
                               .gates = gates.data(),
                               .recurrent = recurrent.data(),
                               .previous = previous.data(),
                               .previous_stride = previous_stride,
                               .peepholes = kind.peepholes ? peepholes.data() : nullptr,
                               .cells = cells.data(),
                               .hidden_gradient = hidden_gradient.data(),
                               .hidden_gradient_stride = units + kGap,
                               .carry = carry.data(),
                               .cell_carry = cell_carry.data()};
    switch (kind.cell) {
      case Cell::kRnn:
        return rnn_backward(step);
      case Cell::kGru:
        return gru_backward(step);
      case Cell::kLstm:
        return lstm_backward(step);
    }
  }

  T& gate(std::size_t row, std::size_t gate, std::size_t u) {
    return gates[(row * gate_count(kind.cell) + gate) * units + u];
  }
  T& recurrent_gate(std::size_t row, std::size_t gate, std::size_t u) {
    return recurrent[(row * gate_count(kind.cell) + gate) * units + u];
  }
  T& h(std::size_t row, std::size_t u) { return hidden[row * (units + kGap) + u]; }
  T& c(std::size_t row, std::size_t u) { return cells[row * units + u]; }
  T before(std::size_t row, std::size_t u) const { return previous[row * previous_stride + u]; }
  T peephole(std::size_t gate, std::size_t u) const {
    return kind.peepholes ? peepholes[gate * units + u] : T{0};
  }

  CellKind kind;
  std::size_t units;
  std::size_t previous_stride;
  std::vector<T> gates, bias, recurrent, recurrent_bias, previous, peepholes, cells, hidden;
  std::vector<T> hidden_gradient, carry, cell_carry;
  std::vector<T> input_products;
  const std::uint32_t* input_rows = nullptr;
};

template <class T>
Step<double> in_doubles(const Step<T>& step) {
  Step<double> result(step.kind, step.units);
  result.previous_stride = step.previous_stride;
  const auto copy = [](const std::vector<T>& from, std::vector<double>& to) {
    to.assign(from.begin(), from.end());
  };
  copy(step.gates, result.gates);
  copy(step.bias, result.bias);
  copy(step.recurrent, result.recurrent);
  copy(step.recurrent_bias, result.recurrent_bias);
  copy(step.previous, result.previous);
  copy(step.peepholes, result.peepholes);
  copy(step.cells, result.cells);
  copy(step.hidden, result.hidden);
  copy(step.hidden_gradient, result.hidden_gradient);
  copy(step.carry, result.carry);
  copy(step.cell_carry, result.cell_carry);
  return result;
}

// What forward() must do to the numbers of one unit of a row.
void expect_forward(Step<double>& s, std::size_t row, std::size_t u) {
  const auto a = [&](std::size_t gate) -> double& { return s.gate(row, gate, u); };
  const auto before = s.before(row, u);
  for (std::size_t gate = 0; gate < gate_count(s.kind.cell); ++gate) {
    a(gate) += s.bias[gate * s.units + u];
  }
  // The GRU's recurrent part of a gate, with its bias.
  const auto from_state = [&](std::size_t gate) {
    return s.recurrent_gate(row, gate, u) + s.recurrent_bias[gate * s.units + u];
  };
  switch (s.kind.cell) {
    case Cell::kRnn:
      s.h(row, u) = a(0) = std::tanh(a(0));
      break;
    case Cell::kGru:
      a(0) = sigmoid(a(0) + from_state(0));
      a(1) = sigmoid(a(1) + from_state(1));
      s.recurrent_gate(row, 2, u) = from_state(2);
      a(2) = std::tanh(a(2) + a(0) * s.recurrent_gate(row, 2, u));
      s.h(row, u) = (1 - a(1)) * a(2) + a(1) * before;
      break;
    case Cell::kLstm:
      a(0) = sigmoid(a(0) + s.peephole(0, u) * before);
      a(1) = sigmoid(a(1) + s.peephole(1, u) * before);
      a(2) = std::tanh(a(2));
      s.c(row, u) = a(1) * before + a(0) * a(2);
      a(3) = sigmoid(a(3) + s.peephole(2, u) * s.c(row, u));
      s.h(row, u) = a(3) * std::tanh(s.c(row, u));
      break;
  }
}

// The same of backward(), by the chain rule.
void expect_backward(Step<double>& s, std::size_t row, std::size_t u) {
  const auto at = [&](std::size_t gate) -> double& { return s.gate(row, gate, u); };
  const auto before = s.before(row, u);
  auto& carry = s.carry[row * s.units + u];
  const auto dh = s.hidden_gradient[row * (s.units + kGap) + u] + carry;
  switch (s.kind.cell) {
    case Cell::kRnn:
      at(0) = dh * (1 - at(0) * at(0));
      break;
    case Cell::kGru: {
      const auto r = at(0);
      const auto z = at(1);
      const auto n = at(2);
      const auto dn = dh * (1 - z) * (1 - n * n);
      at(0) = s.recurrent_gate(row, 0, u) = dn * s.recurrent_gate(row, 2, u) * r * (1 - r);
      at(1) = s.recurrent_gate(row, 1, u) = dh * (before - n) * z * (1 - z);
      at(2) = dn;
      s.recurrent_gate(row, 2, u) = dn * r;
      carry = dh * z;
      break;
    }
    case Cell::kLstm: {
      const auto i = at(0);
      const auto f = at(1);
      const auto g = at(2);
      const auto o = at(3);
      const auto t = std::tanh(s.c(row, u));
      at(3) = dh * t * o * (1 - o);
      const auto dc =
          s.cell_carry[row * s.units + u] + dh * o * (1 - t * t) + at(3) * s.peephole(2, u);
      at(0) = dc * g * i * (1 - i);
      at(1) = dc * before * f * (1 - f);
      at(2) = dc * i * (1 - g * g);
      s.cell_carry[row * s.units + u] =
          dc * f + at(0) * s.peephole(0, u) + at(1) * s.peephole(1, u);
      break;
    }
  }
}

template <class T>
void check_close(std::string_view what, const std::vector<T>& found,
                 const std::vector<double>& expected) {
  const double tolerance = 16 * double{std::numeric_limits<T>::epsilon()};
  BOOST_REQUIRE_EQUAL(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto difference = std::abs(double{found[i]} - expected[i]);
    BOOST_CHECK_MESSAGE(difference <= tolerance * std::max(1.0, std::abs(expected[i])),
                        what << " " << i << ": " << found[i] << ", not " << expected[i]);
  }
}

// All that a step has, so also what it must leave alone.
template <class T>
void check_close(const Step<T>& found, const Step<double>& expected) {
  check_close("gates", found.gates, expected.gates);
  check_close("recurrent", found.recurrent, expected.recurrent);
  check_close("previous", found.previous, expected.previous);
  check_close("cells", found.cells, expected.cells);
  check_close("hidden", found.hidden, expected.hidden);
  check_close("carry", found.carry, expected.carry);
  check_close("cell carry", found.cell_carry, expected.cell_carry);
}

template <class T>
void check_step(const CellKind& kind, std::size_t units, bool starts) {
  Step<T> step(kind, units, starts);
  auto expected = in_doubles(step);
  step.forward();
  for (std::size_t row = 0; row < kRows; ++row) {
    for (std::size_t u = 0; u < units; ++u) expect_forward(expected, row, u);
  }
  check_close(step, expected);
  // From the same activations, so that their errors do not count twice.
  expected = in_doubles(step);
  step.backward();
  for (std::size_t row = 0; row < kRows; ++row) {
    for (std::size_t u = 0; u < units; ++u) expect_backward(expected, row, u);
  }
  check_close(step, expected);
}

BOOST_DATA_TEST_CASE(agree_with_plain_loops, kSets* kKinds* kUnits, set, kind, units) {
  const Forced forced(set, cell_instruction_set);
  for (const bool starts : {false, true}) {
    check_step<float>(kind, static_cast<std::size_t>(units), starts);
    check_step<double>(kind, static_cast<std::size_t>(units), starts);
  }
}

// Whether a gate squashes to -1 .. 1 and not to 0 .. 1.
bool is_candidate(Cell cell, std::size_t gate) { return cell == Cell::kRnn || gate == 2; }

// Where inputs are shared, the gates have only the recurrent product, and stay as they are.
template <class T>
void check_shared_inputs(const CellKind& kind, std::size_t units) {
  Step<T> whole(kind, units), parts(kind, units);
  const auto width = units * gate_count(kind.cell);
  const std::array<std::uint32_t, kRows> rows{2, 0, 2};
  for (std::size_t row = 0; row < kRows; ++row) {
    for (std::size_t i = 0; i < width; ++i) {
      const auto product = static_cast<T>(static_cast<double>((rows[row] + 1) * (i + 1) % 7) / 8);
      auto& gate = whole.gates[row * width + i];
      gate = kind.cell == Cell::kGru ? product : gate + product;
      parts.input_products.resize(kRows * width);
      parts.input_products[rows[row] * width + i] = product;
    }
  }
  parts.input_rows = rows.data();
  const auto before = parts.gates;
  whole.forward();
  parts.forward();
  check_close("hidden", parts.hidden, in_doubles(whole).hidden);
  check_close("cells", parts.cells, in_doubles(whole).cells);
  BOOST_CHECK(parts.gates == before);
}

BOOST_DATA_TEST_CASE(take_shared_inputs, kSets* kKinds* kUnits, set, kind, units) {
  const Forced forced(set, cell_instruction_set);
  check_shared_inputs<float>(kind, static_cast<std::size_t>(units));
  check_shared_inputs<double>(kind, static_cast<std::size_t>(units));
}

BOOST_DATA_TEST_CASE(have_the_hyperbolic_tangent_to_4e_7, kSets, set) {
  const Forced forced(set, cell_instruction_set);
  constexpr std::size_t kCount = 200'001;
  std::vector<float> values(kCount), hidden(kCount);
  const std::vector<float> bias(kCount);
  for (std::size_t i = 0; i < kCount; ++i) {
    values[i] = 10 * (2 * static_cast<float>(i) / (kCount - 1) - 1);
  }
  const auto x = values;
  rnn_forward(CellForward<float>{.rows = 1,
                                 .units = kCount,
                                 .gates = values.data(),
                                 .bias = bias.data(),
                                 .hidden = hidden.data(),
                                 .hidden_stride = kCount});
  double worst = 0;
  for (std::size_t i = 0; i < kCount; ++i) {
    worst = std::max(worst, std::abs(double{hidden[i]} - std::tanh(double{x[i]})));
    BOOST_REQUIRE_LE(std::abs(hidden[i]), 1.0f);
  }
  BOOST_CHECK_LE(worst, 4e-7);
}

template <class T>
void check_saturated(const CellKind& kind, std::size_t units, T size) {
  Step<T> step(kind, units);
  for (auto* numbers : {&step.bias, &step.recurrent, &step.recurrent_bias, &step.peepholes}) {
    std::ranges::fill(*numbers, T{0});
  }
  for (std::size_t i = 0; i < step.gates.size(); ++i) step.gates[i] = i % 3 == 0 ? -size : size;
  const auto before = step;
  step.forward();
  for (std::size_t i = 0; i < step.gates.size(); ++i) {
    const bool positive = before.gates[i] > 0;
    if (is_candidate(kind.cell, i / units % gate_count(kind.cell))) {
      BOOST_CHECK_EQUAL(step.gates[i], positive ? T{1} : T{-1});
    } else if (positive) {
      BOOST_CHECK_EQUAL(step.gates[i], T{1});
    } else {
      // Not quite 0 in double precision, for exp is taken of 87 at most.
      BOOST_CHECK_GE(step.gates[i], T{0});
      BOOST_CHECK_LE(step.gates[i], static_cast<T>(2e-38));
    }
  }
  step.backward();
  for (const auto* numbers :
       {&step.gates, &step.cells, &step.hidden, &step.carry, &step.cell_carry, &step.recurrent}) {
    BOOST_CHECK(std::ranges::all_of(*numbers, [](T x) { return std::isfinite(x); }));
  }
  for (const auto gradient : step.gates) BOOST_CHECK_LE(std::abs(gradient), static_cast<T>(1e-37));
}

BOOST_DATA_TEST_CASE(saturate, kSets* kKinds* kUnits, set, kind, units) {
  const Forced forced(set, cell_instruction_set);
  const auto n = static_cast<std::size_t>(units);
  for (const double size : {1e3, 1e30, std::numeric_limits<double>::infinity()}) {
    check_saturated(kind, n, static_cast<float>(size));
    check_saturated(kind, n, size);
  }
}

template <class T>
void check_not_a_number(const CellKind& kind, std::size_t units) {
  constexpr auto kNan = std::numeric_limits<T>::quiet_NaN();
  const auto check = [&](auto&& spoil) {
    Step<T> step(kind, units);
    spoil(step);
    step.forward();
    auto after = step;
    after.backward();
    for (std::size_t row = 0; row < kRows; ++row) {
      for (std::size_t u = 0; u < units; ++u) {
        const bool spoilt = row == 1 && u == units - 1;
        BOOST_CHECK_EQUAL(std::isnan(step.h(row, u)), spoilt);
        bool shows = false;
        for (std::size_t gate = 0; gate < gate_count(kind.cell); ++gate) {
          shows = shows || std::isnan(after.gate(row, gate, u));
        }
        BOOST_CHECK_EQUAL(shows, spoilt);
      }
    }
  };
  for (std::size_t gate = 0; gate < gate_count(kind.cell); ++gate) {
    BOOST_TEST_CONTEXT("gate " << gate) {
      check([&](Step<T>& step) { step.gate(1, gate, units - 1) = kNan; });
    }
  }
  if (kind.cell == Cell::kRnn) return;
  check([&](Step<T>& step) { step.previous[step.previous_stride + units - 1] = kNan; });
}

BOOST_DATA_TEST_CASE(leave_what_is_not_a_number, kSets* kKinds* kUnits, set, kind, units) {
  const Forced forced(set, cell_instruction_set);
  check_not_a_number<float>(kind, static_cast<std::size_t>(units));
  check_not_a_number<double>(kind, static_cast<std::size_t>(units));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
