// The challenge model as published (q = 1), in C++: how fast it could be.
//
// The arithmetic is that of suasion.bargaining.challenge; a vector of LANES numbers, as
// many as a register of the processor holds, has one for each of so many draws. There is
// no mathematical library and there are no intrinsics. bench/compiled.py builds and runs it.
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#ifdef __AVX512F__
#define LANES 8
#else
#define LANES 4
#endif
#define INLINE static inline __attribute__((always_inline))

typedef double Vector __attribute__((vector_size(8 * LANES)));
typedef int64_t Mask __attribute__((vector_size(8 * LANES)));

const double LARGE = 1e30, TINY = 1e-300;

INLINE Vector splat(double value) { return Vector{} + value; }
INLINE Vector largest(Vector a, Vector b) { return a > b ? a : b; }
INLINE Vector smallest(Vector a, Vector b) { return a < b ? a : b; }
INLINE Vector size(Vector a) { return (Vector)((Mask)a & INT64_MAX); }

// exp(x) = 2^n exp(r) with |r| <= log(2)/2; the sum is a Taylor polynomial.
INLINE Vector exponential(Vector x) {
  const double round = 6755399441055744.0;  // 1.5 * 2^52: adding it rounds to units
  x = largest(x, splat(-700.0));
  Vector t = x * 1.4426950408889634 + round, n = t - round;
  Vector r = x - n * 6.93145751953125e-1;
  r = r - n * 1.42860682030941723212e-6;
  Vector r2 = r * r, r4 = r2 * r2, r8 = r4 * r4;
  Vector a = r + 1.0, b = r * (1.0 / 6) + 0.5;
  Vector c = r * (1.0 / 120) + 1.0 / 24, d = r * (1.0 / 5040) + 1.0 / 720;
  Vector e = r * (1.0 / 362880) + 1.0 / 40320;
  Vector f = r2 * (1.0 / 479001600) + (r * (1.0 / 39916800) + 1.0 / 3628800);
  Vector low = r4 * (r2 * d + c) + (r2 * b + a);
  return (Vector)((Mask)(r8 * (r2 * f + e) + low) + ((Mask)t << 52));
}

// log(x) = n log(2) + log(m) with m near 1; the polynomial in s = (m - 1)/(m + 1) is that
// of FreeBSD's e_log.c (Sun Microsystems 1993).
INLINE Vector logarithm(Vector x) {
  typedef uint64_t Bits __attribute__((vector_size(8 * LANES)));
  Mask bits = (Mask)largest(x, splat(TINY));
  Mask n = (Mask)((Bits)(bits - 0x3fe6a09e667f3bcdLL + (1023LL << 52)) >> 52);
  Vector exponent = (Vector)(n | 0x4330000000000000LL) - 4503599627371519.0;
  Vector f = (Vector)(bits - ((n - 1023) << 52)) - 1.0;
  Vector s = f / (2.0 + f), z = s * s, w = z * z, half = 0.5 * f * f;
  Vector odd = w * (w * (w * 1.531383769920937332e-1 + 2.222219843214978396e-1)
                    + 3.999999999940941908e-1);
  Vector even = z * (w * (w * (w * 1.479819860511658591e-1 + 1.818357216161805012e-1)
                          + 2.857142874366239149e-1) + 6.666666666666735130e-1);
  Vector low = s * (half + odd + even) + exponent * 1.90821492927058770002e-10;
  return exponent * 6.93147180369123816490e-1 + (f - (half - low));
}

// What one thread needs for the draws in its lanes; a matrix has n rows of n vectors.
struct Draws {
  int n;
  Vector inverse, tolerance;  // of the width of the scale
  std::vector<Vector> x, next, s, w, risk, wait, total;
  std::vector<Vector> g, loss, support, success, fall;
  std::vector<Vector> offered, met, place;  // keys of two sorts of offer, and where

  explicit Draws(int n)
      : n(n), x(n), next(n), s(n), w(n), risk(n), wait(n), total(n), g(n * n),
        loss(n * n), support(n * n), success(n * n), fall(n * n), offered(n), met(n),
        place(n) {}
};

// Support of ROWS positions from i on, each against COLUMNS from j on, both ways round.
template <int ROWS, int COLUMNS>
INLINE void contest(Draws &d, int i, int j, Vector &everything) {
  const int n = d.n;
  Vector apart[ROWS][COLUMNS] = {};
  for (int k = 0; k < n; k++) {
    Vector mine[ROWS], other[COLUMNS];
    for (int p = 0; p < ROWS; p++) mine[p] = d.loss[(i + p) * n + k];
    for (int q = 0; q < COLUMNS; q++) other[q] = d.loss[(j + q) * n + k];
    for (int p = 0; p < ROWS; p++)
      for (int q = 0; q < COLUMNS; q++) apart[p][q] += size(other[q] - mine[p]);
  }
  for (int p = 0; p < ROWS; p++)
    for (int q = 0; q < COLUMNS; q++) {
      Vector lead = d.total[j + q] - d.total[i + p], contested = apart[p][q];
      everything += contested;
      d.support[(i + p) * n + j + q] = 0.5 * largest(contested + lead, Vector{});
      d.support[(j + q) * n + i + p] = 0.5 * largest(contested - lead, Vector{});
    }
}

// Fills support from the losses [position, voter]; returns 1 / (votes of all pairs).
static Vector votes(Draws &d) {
  const int n = d.n;
  for (int j = 0; j < n; j++) {
    Vector sum = Vector{};
    for (int k = 0; k < n; k++) sum += d.loss[j * n + k];
    d.total[j] = sum;
  }
  Vector everything = Vector{};
  int i = 0;
  for (; i + 1 < n; i += 2) {
    contest<1, 1>(d, i, i + 1, everything);
    int j = i + 2;
    for (; j + 3 < n; j += 4) contest<2, 4>(d, i, j, everything);
    for (; j + 1 < n; j += 2) contest<2, 2>(d, i, j, everything);
    for (; j < n; j++) contest<2, 1>(d, i, j, everything);
  }
  return 1.0 / largest(everything + everything, splat(TINY));
}

// Distances, and what everybody loses if neutral to risk.
static void geometry(Draws &d) {
  const int n = d.n;
  for (int i = 0; i < n; i++) {
    d.g[i * n + i] = d.loss[i * n + i] = Vector{};
    for (int j = 0; j < i; j++) {
      Vector g = smallest(size(d.x[i] - d.x[j]) * d.inverse, splat(1));
      d.g[i * n + j] = d.g[j * n + i] = g;
      d.loss[j * n + i] = d.w[i] * g;
      d.loss[i * n + j] = d.w[j] * g;
    }
  }
}

// Exponents, from the danger of each actor among those of all, and their waiting.
static void attitudes(Draws &d, double tie) {
  const int n = d.n;
  Vector all = votes(d), most = splat(-LARGE), least = splat(LARGE);
  for (int j = 0; j < n; j++) {
    Vector danger = Vector{};
    for (int i = 0; i < n; i++)
      danger += 2 * d.g[j * n + i]
                * (1 - 2 * d.s[j] * (1 - d.support[i * n + j] * all));
    d.risk[j] = danger;
    most = largest(most, danger);
    least = smallest(least, danger);
  }
  Vector spread = 3 * (most - least);
  Vector third = most - least > tie ? 1 / spread : Vector{};
  for (int i = 0; i < n; i++) {
    Vector part = (2 * d.risk[i] - most - least) * third;
    d.risk[i] = (1 - part) / (1 + part);
    d.wait[i] = 2 - 4 * exponential(-0.69314718055994530942 * d.risk[i]);
  }
}

// Powers of distance: three logarithms and six exponentials for each pair.
static void utilities(Draws &d) {
  const int n = d.n;
  for (int i = 0; i < n; i++)
    for (int j = 0; j < i; j++) {
      Vector g = d.g[i * n + j], near = logarithm(g);
      Vector low = logarithm(0.5 - 0.5 * g), high = logarithm(0.5 + 0.5 * g);
      const int sides[2][2] = {{i, j}, {j, i}};
      for (auto [me, other] : sides) {
        Vector lost = 4 * exponential(d.risk[me] * low);
        d.loss[other * n + me] = d.w[me] * exponential(d.risk[me] * near);
        d.success[me * n + other] = 2 - lost - d.wait[me];
        d.fall[me * n + other] = 4 * exponential(d.risk[me] * high) - lost;
      }
    }
}

// Everybody takes the best offer it faces: the first in file of those within a tie.
static void answers(Draws &d, double tie) {
  const int n = d.n;
  Vector all = votes(d), lowest = d.x[0], highest = d.x[0];
  for (int i = 1; i < n; i++) {
    lowest = smallest(lowest, d.x[i]);
    highest = largest(highest, d.x[i]);
  }
  for (int i = 0; i < n; i++) {
    const Vector x = d.x[i];
    Vector best_offered = splat(LARGE), best_met = splat(LARGE);
    d.offered[i] = d.met[i] = splat(LARGE);
    d.place[i] = x;
    for (int j = 0; j < n; j++) {
      if (j == i) continue;
      Vector fall = d.fall[i * n + j], success = d.success[i * n + j];
      Vector step = d.x[j] - x;
      Vector a = success - d.s[j] * fall * (1 - d.support[i * n + j] * all);
      Vector b = success - d.s[i] * fall * (1 - d.support[j * n + i] * all);
      Mask far = (d.g[i * n + j] > tie) & (b > tie);
      Mask confronts = far & (a > tie) & (b > a + tie);
      Mask meets = far & (a < -tie) & (b > tie - a);
      // One division for both a / b and 1 / (b - a).
      Vector one = meets ? 1 / (b * (b - a)) : Vector{};
      d.offered[j] = confronts ? size(step) : splat(LARGE);
      d.met[j] = meets ? (b * d.x[j] - a * x) * b * one : splat(LARGE);
      d.place[j] = x - step * a * (b - a) * one;
      best_offered = smallest(best_offered, d.offered[j]);
      best_met = smallest(best_met, d.met[j]);
    }
    Mask confronted = best_offered < LARGE;
    Vector end = x, enough = (confronted ? best_offered : best_met) + d.tolerance;
    for (int j = n - 1; j >= 0; j--) {
      Vector key = confronted ? d.offered[j] : d.met[j];
      Mask taken = (key <= enough) & (key < LARGE);
      end = taken ? (confronted ? d.x[j] : d.place[j]) : end;
    }
    d.next[i] = smallest(largest(end, lowest), highest);
  }
  d.x.swap(d.next);
}

static void start(Draws &d, double tie) {
  Vector lowest = d.x[0], highest = d.x[0];
  for (Vector x : d.x) {
    lowest = smallest(lowest, x);
    highest = largest(highest, x);
  }
  Vector width = highest - lowest;
  width = width > 0 ? width : splat(1);
  d.inverse = 1 / width;
  d.tolerance = tie * width;
}

extern "C" int lanes() { return LANES; }

// capability, position, salience: (draws, n); path: (draws, rounds + 1, n).
extern "C" void challenge(long draws, int n, int rounds, int threads, double tie,
                          const double *capability, const double *position,
                          const double *salience, double *path) {
  const long blocks = (draws + LANES - 1) / LANES, ahead = 16;
  std::atomic<long> next{0};
  auto play = [&](long block, Draws &d) {
    long row[LANES];
    for (int lane = 0; lane < LANES; lane++) {
      row[lane] = std::min(block * LANES + lane, draws - 1);
      for (int i = 0; i < n; i++) {
        const long at = row[lane] * n + i;
        d.x[i][lane] = position[at];
        d.s[i][lane] = salience[at];
        d.w[i][lane] = capability[at] * salience[at];
      }
    }
    start(d, tie);
    for (int t = 0; t <= rounds; t++) {
      if (t > 0) {
        geometry(d);
        attitudes(d, tie);
        utilities(d);
        answers(d, tie);
      }
      for (int lane = 0; lane < LANES; lane++)
        for (int i = 0; i < n; i++)
          path[(row[lane] * (rounds + 1) + t) * n + i] = d.x[i][lane];
    }
  };
  auto work = [&] {
    Draws d(n);
    for (long from; (from = next.fetch_add(ahead)) < blocks;)
      for (long k = from; k < std::min(from + ahead, blocks); k++) play(k, d);
  };
  std::vector<std::thread> others;
  for (int k = 1; k < threads; k++) others.emplace_back(work);
  work();
  for (auto &other : others) other.join();
}
