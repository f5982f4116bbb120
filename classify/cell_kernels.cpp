#include "classify/cell_kernels.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "classify/cell_kernels.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h, which includes this file once for each instruction set.
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include "classify/for_units-inl.h"

HWY_BEFORE_NAMESPACE();
namespace wordkin::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// 1 / (1 + exp(-x)) in double precision; what is not a number stays so, and Exp does not get it,
// because Min gives its second operand then.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V exact_sigmoid(D d, V x) {
  const auto one = hn::Set(d, hn::TFromD<D>{1});
  const auto limit = hn::Set(d, hn::TFromD<D>{87});  // Exp takes no more
  const auto y = hn::Div(one, hn::Add(one, hn::Exp(d, hn::Min(hn::Neg(x), limit))));
  return hn::IfThenElse(hn::Eq(x, x), y, x);
}

// The hyperbolic tangent of floats as a quotient of polynomials, x (p0 + p1 x^2 + ...) / (q0 + q1
// x^2 + ...), with the coefficients and the limit of Eigen's ptanh, from where on it is 1 or -1.
// Within 4e-7 of it.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V rational_tangent(D d, V x) {
  constexpr float kNumerator[]{4.89352455891786e-03f, 6.37261928875436e-04f,  1.48572235717979e-05f,
                               5.12229709037114e-08f, -8.60467152213735e-11f, 2.00018790482477e-13f,
                               -2.76076847742355e-16f};
  constexpr float kDenominator[]{4.89352518554385e-03f, 2.26843463243900e-03f,
                                 1.18534705686654e-04f, 1.19825839466702e-06f};
  const auto square = hn::Mul(x, x);
  auto p = hn::Set(d, kNumerator[6]);
  for (std::size_t i = 6; i-- > 0;) p = hn::MulAdd(p, square, hn::Set(d, kNumerator[i]));
  auto q = hn::Set(d, kDenominator[3]);
  for (std::size_t i = 3; i-- > 0;) q = hn::MulAdd(q, square, hn::Set(d, kDenominator[i]));
  const auto is_large = hn::Gt(hn::Abs(x), hn::Set(d, 7.90531110763549805f));
  return hn::IfThenElse(is_large, hn::CopySignToAbs(hn::Set(d, 1.0f), x),
                        hn::Div(hn::Mul(x, p), q));
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE V hyperbolic_tangent(D d, V x) {
  if constexpr (sizeof(hn::TFromD<D>) == sizeof(float)) {
    return rational_tangent(d, x);
  } else {
    const auto y = exact_sigmoid(d, hn::Add(x, x));
    return hn::Sub(hn::Add(y, y), hn::Set(d, hn::TFromD<D>{1}));
  }
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE V sigmoid(D d, V x) {
  if constexpr (sizeof(hn::TFromD<D>) == sizeof(float)) {
    const auto half = hn::Set(d, 0.5f);
    return hn::MulAdd(half, rational_tangent(d, hn::Mul(half, x)), half);
  } else {
    return exact_sigmoid(d, x);
  }
}

// x (1 - x): the derivative of the sigmoid where it is x.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V sigmoid_slope(D, V x) {
  return hn::NegMulAdd(x, x, x);
}

// 1 - x x: the derivative of the hyperbolic tangent where it is x.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V tangent_slope(D d, V x) {
  return hn::NegMulAdd(x, x, hn::Set(d, hn::TFromD<D>{1}));
}

// W_ih x of a row where inputs are shared. They lie anywhere, so reading brings the same numbers of
// a later row here.
template <class T>
class SharedInput {
 public:
  HWY_INLINE SharedInput(const CellForward<T>& s, std::size_t row, std::size_t width) {
    constexpr std::size_t kAhead = 2;
    if (!s.input_products) return;
    row_ = s.input_products + s.input_rows[row] * width;
    later_ = s.input_products + s.input_rows[std::min(row + kAhead, s.rows - 1)] * width;
  }

  explicit operator bool() const { return row_ != nullptr; }
  template <class D>
  HWY_INLINE hn::Vec<D> load(D d, std::size_t i) const {
    __builtin_prefetch(later_ + i);
    return hn::LoadU(d, row_ + i);
  }

 private:
  const T* row_ = nullptr;
  const T* later_ = nullptr;
};

template <class T>
HWY_INLINE void rnn_forward_rows(const CellForward<T>& s) {
  for (std::size_t row = 0; row < s.rows; ++row) {
    T* gates = s.gates + row * s.units;
    const SharedInput<T> input(s, row, s.units);
    T* hidden = s.hidden + row * s.hidden_stride;
    for_units<T>(s.units, [&](auto d, std::size_t u) HWY_ATTR {
      auto a = hn::Add(hn::LoadU(d, gates + u), hn::LoadU(d, s.bias + u));
      if (input) a = hn::Add(a, input.load(d, u));
      const auto h = hyperbolic_tangent(d, a);
      if (!input) hn::StoreU(h, d, gates + u);
      hn::StoreU(h, d, hidden + u);
    });
  }
}

template <class T>
HWY_INLINE void rnn_backward_rows(const CellBackward<T>& s) {
  for (std::size_t row = 0; row < s.rows; ++row) {
    T* gates = s.gates + row * s.units;
    const T* gradient = s.hidden_gradient + row * s.hidden_gradient_stride;
    const T* carry = s.carry + row * s.units;
    for_units<T>(s.units, [&](auto d, std::size_t u) HWY_ATTR {
      const auto dh = hn::Add(hn::LoadU(d, gradient + u), hn::LoadU(d, carry + u));
      hn::StoreU(hn::Mul(dh, tangent_slope(d, hn::LoadU(d, gates + u))), d, gates + u);
    });
  }
}

template <class T>
HWY_INLINE void gru_forward_rows(const CellForward<T>& s) {
  const auto n = s.units;
  for (std::size_t row = 0; row < s.rows; ++row) {
    T* gates = s.gates + row * 3 * n;
    const SharedInput<T> input(s, row, 3 * n);
    T* recurrent = s.recurrent + row * 3 * n;
    const T* previous = s.previous + row * s.previous_stride;
    T* hidden = s.hidden + row * s.hidden_stride;
    for_units<T>(n, [&](auto d, std::size_t u) HWY_ATTR {
      const auto from_input = [&](std::size_t at) HWY_ATTR {
        return hn::Add(input ? input.load(d, at) : hn::LoadU(d, gates + at),
                       hn::LoadU(d, s.bias + at));
      };
      const auto from_state = [&](std::size_t at) HWY_ATTR {
        return hn::Add(hn::LoadU(d, recurrent + at), hn::LoadU(d, s.recurrent_bias + at));
      };
      const auto r = sigmoid(d, hn::Add(from_input(u), from_state(u)));
      const auto z = sigmoid(d, hn::Add(from_input(n + u), from_state(n + u)));
      const auto u_n = from_state(2 * n + u);
      const auto candidate = hyperbolic_tangent(d, hn::MulAdd(r, u_n, from_input(2 * n + u)));
      const auto h = hn::MulAdd(z, hn::Sub(hn::LoadU(d, previous + u), candidate), candidate);
      hn::StoreU(h, d, hidden + u);
      if (input) return;
      hn::StoreU(r, d, gates + u);
      hn::StoreU(z, d, gates + n + u);
      hn::StoreU(candidate, d, gates + 2 * n + u);
      hn::StoreU(u_n, d, recurrent + 2 * n + u);
    });
  }
}

template <class T>
HWY_INLINE void gru_backward_rows(const CellBackward<T>& s) {
  const auto n = s.units;
  for (std::size_t row = 0; row < s.rows; ++row) {
    T* gates = s.gates + row * 3 * n;
    T* recurrent = s.recurrent + row * 3 * n;
    const T* previous = s.previous + row * s.previous_stride;
    const T* gradient = s.hidden_gradient + row * s.hidden_gradient_stride;
    T* carry = s.carry + row * n;
    for_units<T>(n, [&](auto d, std::size_t u) HWY_ATTR {
      const auto r = hn::LoadU(d, gates + u);
      const auto z = hn::LoadU(d, gates + n + u);
      const auto candidate = hn::LoadU(d, gates + 2 * n + u);
      const auto dh = hn::Add(hn::LoadU(d, gradient + u), hn::LoadU(d, carry + u));
      const auto through_z = hn::Mul(dh, z);
      const auto dz =
          hn::Mul(hn::Mul(dh, hn::Sub(hn::LoadU(d, previous + u), candidate)), sigmoid_slope(d, z));
      const auto dn = hn::Mul(hn::Sub(dh, through_z), tangent_slope(d, candidate));
      const auto dr =
          hn::Mul(hn::Mul(dn, hn::LoadU(d, recurrent + 2 * n + u)), sigmoid_slope(d, r));
      hn::StoreU(dr, d, gates + u);
      hn::StoreU(dr, d, recurrent + u);
      hn::StoreU(dz, d, gates + n + u);
      hn::StoreU(dz, d, recurrent + n + u);
      hn::StoreU(dn, d, gates + 2 * n + u);
      hn::StoreU(hn::Mul(dn, r), d, recurrent + 2 * n + u);
      hn::StoreU(through_z, d, carry + u);
    });
  }
}

template <class T>
HWY_INLINE void lstm_forward_rows(const CellForward<T>& s) {
  const auto n = s.units;
  for (std::size_t row = 0; row < s.rows; ++row) {
    T* gates = s.gates + row * 4 * n;
    const SharedInput<T> input(s, row, 4 * n);
    const T* previous = s.previous + row * s.previous_stride;
    T* cells = s.cells + row * n;
    T* hidden = s.hidden + row * s.hidden_stride;
    for_units<T>(n, [&](auto d, std::size_t u) HWY_ATTR {
      const auto c_before = hn::LoadU(d, previous + u);
      const auto preactivation = [&](std::size_t at) HWY_ATTR {
        const auto i = at * n + u;
        const auto a = hn::Add(hn::LoadU(d, gates + i), hn::LoadU(d, s.bias + i));
        return input ? hn::Add(a, input.load(d, i)) : a;
      };
      // The pre-activation of gate `at`, with its peephole `p` at the cell.
      const auto gate = [&](std::size_t at, std::size_t p, auto cell) HWY_ATTR {
        const auto a = preactivation(at);
        return s.peepholes ? hn::MulAdd(hn::LoadU(d, s.peepholes + p * n + u), cell, a) : a;
      };
      const auto i = sigmoid(d, gate(0, 0, c_before));
      const auto f = sigmoid(d, gate(1, 1, c_before));
      const auto g = hyperbolic_tangent(d, preactivation(2));
      const auto c = hn::MulAdd(f, c_before, hn::Mul(i, g));
      const auto o = sigmoid(d, gate(3, 2, c));
      hn::StoreU(c, d, cells + u);
      hn::StoreU(hn::Mul(o, hyperbolic_tangent(d, c)), d, hidden + u);
      if (input) return;
      hn::StoreU(i, d, gates + u);
      hn::StoreU(f, d, gates + n + u);
      hn::StoreU(g, d, gates + 2 * n + u);
      hn::StoreU(o, d, gates + 3 * n + u);
    });
  }
}

template <class T>
HWY_INLINE void lstm_backward_rows(const CellBackward<T>& s) {
  const auto n = s.units;
  for (std::size_t row = 0; row < s.rows; ++row) {
    T* gates = s.gates + row * 4 * n;
    const T* previous = s.previous + row * s.previous_stride;
    const T* cells = s.cells + row * n;
    const T* gradient = s.hidden_gradient + row * s.hidden_gradient_stride;
    const T* carry = s.carry + row * n;
    T* cell_carry = s.cell_carry + row * n;
    for_units<T>(n, [&](auto d, std::size_t u) HWY_ATTR {
      const auto peephole = [&](std::size_t p)
                                HWY_ATTR { return hn::LoadU(d, s.peepholes + p * n + u); };
      const auto i = hn::LoadU(d, gates + u);
      const auto f = hn::LoadU(d, gates + n + u);
      const auto g = hn::LoadU(d, gates + 2 * n + u);
      const auto o = hn::LoadU(d, gates + 3 * n + u);
      const auto dh = hn::Add(hn::LoadU(d, gradient + u), hn::LoadU(d, carry + u));
      const auto tanh_c = hyperbolic_tangent(d, hn::LoadU(d, cells + u));
      const auto d_o = hn::Mul(hn::Mul(dh, tanh_c), sigmoid_slope(d, o));
      auto dc = hn::MulAdd(hn::Mul(dh, o), tangent_slope(d, tanh_c), hn::LoadU(d, cell_carry + u));
      if (s.peepholes) dc = hn::MulAdd(d_o, peephole(2), dc);
      const auto di = hn::Mul(hn::Mul(dc, g), sigmoid_slope(d, i));
      const auto df = hn::Mul(hn::Mul(dc, hn::LoadU(d, previous + u)), sigmoid_slope(d, f));
      const auto dg = hn::Mul(hn::Mul(dc, i), tangent_slope(d, g));
      auto before = hn::Mul(dc, f);
      if (s.peepholes) {
        before = hn::MulAdd(di, peephole(0), hn::MulAdd(df, peephole(1), before));
      }
      hn::StoreU(di, d, gates + u);
      hn::StoreU(df, d, gates + n + u);
      hn::StoreU(dg, d, gates + 2 * n + u);
      hn::StoreU(d_o, d, gates + 3 * n + u);
      hn::StoreU(before, d, cell_carry + u);
    });
  }
}

void RnnForwardF32(const CellForward<float>& step) { rnn_forward_rows(step); }
void RnnForwardF64(const CellForward<double>& step) { rnn_forward_rows(step); }
void RnnBackwardF32(const CellBackward<float>& step) { rnn_backward_rows(step); }
void RnnBackwardF64(const CellBackward<double>& step) { rnn_backward_rows(step); }
void GruForwardF32(const CellForward<float>& step) { gru_forward_rows(step); }
void GruForwardF64(const CellForward<double>& step) { gru_forward_rows(step); }
void GruBackwardF32(const CellBackward<float>& step) { gru_backward_rows(step); }
void GruBackwardF64(const CellBackward<double>& step) { gru_backward_rows(step); }
void LstmForwardF32(const CellForward<float>& step) { lstm_forward_rows(step); }
void LstmForwardF64(const CellForward<double>& step) { lstm_forward_rows(step); }
void LstmBackwardF32(const CellBackward<float>& step) { lstm_backward_rows(step); }
void LstmBackwardF64(const CellBackward<double>& step) { lstm_backward_rows(step); }

std::string_view CellInstructionSet() { return hwy::TargetName(HWY_TARGET); }

}  // namespace wordkin::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace wordkin {

HWY_EXPORT(RnnForwardF32);
HWY_EXPORT(RnnForwardF64);
HWY_EXPORT(RnnBackwardF32);
HWY_EXPORT(RnnBackwardF64);
HWY_EXPORT(GruForwardF32);
HWY_EXPORT(GruForwardF64);
HWY_EXPORT(GruBackwardF32);
HWY_EXPORT(GruBackwardF64);
HWY_EXPORT(LstmForwardF32);
HWY_EXPORT(LstmForwardF64);
HWY_EXPORT(LstmBackwardF32);
HWY_EXPORT(LstmBackwardF64);
HWY_EXPORT(CellInstructionSet);

void rnn_forward(const CellForward<float>& step) { HWY_DYNAMIC_DISPATCH(RnnForwardF32)(step); }
void rnn_forward(const CellForward<double>& step) { HWY_DYNAMIC_DISPATCH(RnnForwardF64)(step); }
void rnn_backward(const CellBackward<float>& step) { HWY_DYNAMIC_DISPATCH(RnnBackwardF32)(step); }
void rnn_backward(const CellBackward<double>& step) { HWY_DYNAMIC_DISPATCH(RnnBackwardF64)(step); }
void gru_forward(const CellForward<float>& step) { HWY_DYNAMIC_DISPATCH(GruForwardF32)(step); }
void gru_forward(const CellForward<double>& step) { HWY_DYNAMIC_DISPATCH(GruForwardF64)(step); }
void gru_backward(const CellBackward<float>& step) { HWY_DYNAMIC_DISPATCH(GruBackwardF32)(step); }
void gru_backward(const CellBackward<double>& step) { HWY_DYNAMIC_DISPATCH(GruBackwardF64)(step); }
void lstm_forward(const CellForward<float>& step) { HWY_DYNAMIC_DISPATCH(LstmForwardF32)(step); }
void lstm_forward(const CellForward<double>& step) { HWY_DYNAMIC_DISPATCH(LstmForwardF64)(step); }
void lstm_backward(const CellBackward<float>& step) { HWY_DYNAMIC_DISPATCH(LstmBackwardF32)(step); }
void lstm_backward(const CellBackward<double>& step) {
  HWY_DYNAMIC_DISPATCH(LstmBackwardF64)(step);
}

std::string_view cell_instruction_set() { return HWY_DYNAMIC_DISPATCH(CellInstructionSet)(); }

}  // namespace wordkin
#endif
