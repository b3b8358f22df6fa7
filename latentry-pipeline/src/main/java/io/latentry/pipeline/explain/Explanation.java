package io.latentry.pipeline.explain;

import io.latentry.core.verdict.Feature;
import io.latentry.core.verdict.Judgement;
import io.latentry.core.verdict.Moment;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Why a row was judged as it was.
 *
 * @param row 0-based row of the data
 * @param threshold the score above which a row is an anomaly
 * @param reconstructionShare what the reconstruction term adds to the score
 * @param latentShare what the latent term adds to the score; both shares make up a weighted sum
 * @param features those that contribute most to the score, largest first
 * @param moments of a window: the points that contribute most, largest first; none of a row
 * @param repair few changes that would clear the alarm; empty if the row is none, or none were
 *     found
 * @param nearest normal rows of the training data with the most similar codes, nearest first
 */
public record Explanation(
    long row,
    Judgement judgement,
    double threshold,
    double reconstructionShare,
    double latentShare,
    double noveltyShare,
    List<Feature> features,
    List<Moment> moments,
    List<NearestNormal> nearest,
    Optional<ProposedRepair> repair) {

  public Explanation {
    features = List.copyOf(features);
    moments = List.copyOf(moments);
    nearest = List.copyOf(nearest);
  }

  /**
   * A normal row of the training data.
   *
   * @param row 0-based row of the training data
   * @param distance Euclidean, between latent means
   * @param values by column, as text; empty if missing
   */
  public record NearestNormal(long row, double distance, Map<String, String> values) {}
}
