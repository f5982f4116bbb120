"""wordkin map beside scikit-learn: the same principal components, and t-SNE that is as good."""
import sys
import unittest

try:
    import numpy
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE, trustworthiness
except ImportError as error:
    print(f"skipped: {sys.executable} has no scikit-learn or numpy ({error}); on Debian, install python3-sklearn")
    sys.exit(77)

import support
from map_test import page_data


class SklearnTest(support.CommandTest):
    def setUp(self):
        super().setUp()
        draw = numpy.random.default_rng(3)
        centres = draw.normal(size=(12, 20))
        vectors = (centres[draw.integers(0, 12, 200)] + 0.5 * draw.normal(size=(200, 20))).astype("f4")
        support.write_safetensors(self.folder / "v", [f"w{i}".encode() for i in range(200)], vectors.tolist())
        self.units = vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)

    def layout(self, *options):
        report = self.succeed("map", "v", "-o", "map.html", "--json", "--quiet", *options).json
        data = page_data(self.folder / "map.html")
        return report, numpy.array([data["x"], data["y"]], float).T

    def test_principal_components(self):
        report, found = self.layout("--method", "pca")
        pca = PCA(2)
        expected = pca.fit_transform(self.units)
        for share, other in zip(report["explained_variance"], pca.explained_variance_ratio_):
            self.assertAlmostEqual(share, other, places=5)
        expected /= numpy.ptp(expected, axis=0).max() / 1e6  # as the page has them
        for axis in 0, 1:
            a, b = found[:, axis] - found[:, axis].mean(), expected[:, axis]
            self.assertLess(min(abs(a - b).max(), abs(a + b).max()), 100, axis)  # of a million

    def test_tsne_keeps_as_many_neighbours(self):
        report, found = self.layout("--perplexity", "20")
        tsne = TSNE(perplexity=20, init="pca", learning_rate="auto", random_state=1)
        expected = tsne.fit_transform(self.units)
        self.assertLess(report["divergence"], tsne.kl_divergence_ + 0.05)
        ours, theirs = (trustworthiness(self.units, layout, n_neighbors=10) for layout in (found, expected))
        self.assertGreater(ours, theirs - 0.01)


if __name__ == "__main__":
    unittest.main()
