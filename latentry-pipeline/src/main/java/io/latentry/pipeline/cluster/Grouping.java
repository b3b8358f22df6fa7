package io.latentry.pipeline.cluster;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.tribuo.MutableDataset;
import org.tribuo.clustering.ClusterID;
import org.tribuo.clustering.ClusteringFactory;
import org.tribuo.clustering.hdbscan.HdbscanTrainer;
import org.tribuo.clustering.kmeans.KMeansModel;
import org.tribuo.clustering.kmeans.KMeansTrainer;
import org.tribuo.impl.ArrayExample;
import org.tribuo.math.distance.L2Distance;
import org.tribuo.math.neighbour.NeighboursQueryFactoryType;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/**
 * Groups of points: HDBSCAN (Campello, Moulavi and Sander 2013), which keeps noise apart and finds
 * the number of groups (where half would be noise, all are one group); below {@value
 * #FEWEST_FOR_DENSITY} points, where there is no density to speak of, k-means with the number of
 * groups of the best silhouette, and no noise.
 *
 * <p>A function of points and seed.
 */
final class Grouping {
  /** Label of a point that is in no group. */
  static final int NOISE = -1;

  static final int FEWEST_FOR_DENSITY = 20;

  private static final int TRIBUO_NOISE = 0;

  private static final int MOST_BY_MEANS = 5;
  private static final int ITERATIONS = 100;

  /** Below it, points are one group rather than several. */
  private static final double LEAST_SILHOUETTE = 0.5;

  // Held, since a logger that nobody holds may forget its level.
  private static final Logger QUIET = Logger.getLogger("org.tribuo.clustering");

  static {
    QUIET.setLevel(Level.WARNING);
  }

  private Grouping() {}

  /**
   * @param points {@code [points][dimensions]}
   * @param smallest points of a group, at least 2
   * @return {@code [points]}: numbers of groups, the largest group first, or {@link #NOISE}
   */
  static int[] group(double[][] points, int smallest, long seed) {
    if (points.length < 2) {
      return new int[points.length];
    }
    return bySize(
        points.length < FEWEST_FOR_DENSITY ? byMeans(points, seed) : byDensity(points, smallest));
  }

  private static int[] byDensity(double[][] points, int smallest) {
    HdbscanTrainer trainer =
        new HdbscanTrainer(
            smallest, new L2Distance(), smallest, 1, NeighboursQueryFactoryType.BRUTE_FORCE);
    List<Integer> labels = trainer.train(dataset(points)).getClusterLabels();
    int[] found =
        labels.stream().mapToInt(label -> label == TRIBUO_NOISE ? NOISE : label).toArray();
    // HDBSCAN never takes all points for one group, and rather finds dense spots in a single cloud.
    long grouped = Arrays.stream(found).filter(label -> label != NOISE).count();
    return 2 * grouped <= found.length ? new int[found.length] : found;
  }

  private static int[] byMeans(double[][] points, long seed) {
    int[] best = new int[points.length];
    double bestSilhouette = LEAST_SILHOUETTE;
    for (int k = 2; k <= Math.min(MOST_BY_MEANS, points.length / 4); k++) {
      MutableDataset<ClusterID> dataset = dataset(points);
      KMeansModel model =
          new KMeansTrainer(
                  k, ITERATIONS, new L2Distance(), KMeansTrainer.Initialisation.PLUSPLUS, 1, seed)
              .train(dataset);
      int[] labels =
          dataset.getData().stream()
              .mapToInt(example -> model.predict(example).getOutput().getID())
              .toArray();
      double silhouette = silhouette(points, labels);
      if (silhouette > bestSilhouette) {
        best = labels;
        bestSilhouette = silhouette;
      }
    }
    return best;
  }

  /** Every feature has a value: Tribuo drops none, and its order is that of names. */
  private static MutableDataset<ClusterID> dataset(double[][] points) {
    ClusteringFactory factory = new ClusteringFactory();
    MutableDataset<ClusterID> dataset =
        new MutableDataset<>(
            new SimpleDataSourceProvenance(
                "signatures", OffsetDateTime.ofInstant(Instant.EPOCH, ZoneOffset.UTC), factory),
            factory);
    String[] names =
        IntStream.range(0, points[0].length)
            .mapToObj(j -> String.format(java.util.Locale.ROOT, "%06d", j))
            .toArray(String[]::new);
    for (double[] point : points) {
      dataset.add(new ArrayExample<>(new ClusterID(ClusterID.UNASSIGNED), names, point.clone()));
    }
    return dataset;
  }

  /** Mean silhouette (Rousseeuw 1987); 0 for points that are alone. */
  static double silhouette(double[][] points, int[] labels) {
    int groups = Arrays.stream(labels).max().orElse(0) + 1;
    double sum = 0;
    for (int i = 0; i < points.length; i++) {
      double[] distance = new double[groups];
      int[] count = new int[groups];
      for (int other = 0; other < points.length; other++) {
        if (other != i) {
          distance[labels[other]] += distance(points[i], points[other]);
          count[labels[other]]++;
        }
      }
      double own = distance[labels[i]] / Math.max(1, count[labels[i]]);
      double next = Double.POSITIVE_INFINITY;
      for (int g = 0; g < groups; g++) {
        if (g != labels[i] && count[g] > 0) {
          next = Math.min(next, distance[g] / count[g]);
        }
      }
      double larger = Math.max(own, next);
      boolean alone = count[labels[i]] == 0 || Double.isInfinite(next) || larger == 0;
      sum += alone ? 0 : (next - own) / larger;
    }
    return sum / points.length;
  }

  /** Numbers the groups by descending size; of equals, the one with the earliest point first. */
  private static int[] bySize(int[] labels) {
    List<Integer> order =
        Arrays.stream(labels)
            .filter(label -> label != NOISE)
            .boxed()
            .distinct()
            .sorted(
                (a, b) ->
                    Long.compare(
                        Arrays.stream(labels).filter(l -> l == b).count(),
                        Arrays.stream(labels).filter(l -> l == a).count()))
            .toList();
    return Arrays.stream(labels).map(order::indexOf).toArray();
  }

  static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += (a[j] - b[j]) * (a[j] - b[j]);
    }
    return Math.sqrt(sum);
  }
}
