#pragma once

#include <cstddef>
#include <cstdint>

#include "common/progress.h"
#include "embed/map/affinities.h"
#include "embed/map/layout.h"
#include "embed/map/neighborhoods.h"

namespace wordkin {

struct TsneOptions {
  double perplexity = 30;  // about how many neighbours a point is to be near to
  int iterations = 1000;
  double theta = 0.5;  // a square is seen as one from 1 / theta of its side on; 0: never
  std::uint64_t seed = 1;

  void validate() const;  // throws UsageError
};

// The highest perplexity that so many points can have: a third of each one's neighbours.
inline double highest_perplexity(std::size_t points) {
  return points == 0 ? 0 : static_cast<double>(points - 1) / 3;
}

struct Tsne {
  Layout layout;          // its mean is 0
  double divergence = 0;  // Kullback-Leibler's, of the affinities in the plane from the given ones
};

// Places points in the plane so that neighbours stay neighbours, from their neighbourhoods, which
// need 3 `perplexity` points each, and from places to start with, such as those of project(): t-SNE
// (van der Maaten and Hinton, JMLR 2008) with Barnes and Hut's approximation (van der Maaten, JMLR
// 2014), early exaggeration and the learning rate of Belkina et al. ("Automated optimized
// parameters for t-distributed stochastic neighbor embedding", Nature Communications 2019). `start`
// is scaled to a spread of 1e-4, to which the seed adds a hundredth, so that equal points part. The
// same bits for any number of threads on the same instruction set; uses those of the arena that it
// is called in. Throws UsageError, for a perplexity that is too high for so few points too, and
// Interrupted.
Tsne tsne(const Neighborhoods& neighborhoods, const Layout& start, const TsneOptions& options,
          const Monitor& monitor = {});

// The gradient of the divergence by the places of the points (van der Maaten 2014, equation 6), its
// attractive part multiplied by `exaggeration`.
Layout tsne_gradient(const Affinities& affinities, const Layout& points, double theta,
                     double exaggeration = 1);

}  // namespace wordkin
