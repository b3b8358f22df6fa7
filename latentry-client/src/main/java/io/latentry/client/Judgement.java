package io.latentry.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A verdict on a row with the figures behind it.
 *
 * @param row place in the request, from 0
 * @param score higher is stranger; null if unscorable
 * @param pValue share of normal rows at least as strange; null if unscorable
 * @param reason why the row is unscorable; null if it is not
 * @param reconstructionTerm in nats; null unless asked for; likewise {@code latentTerm}
 * @param features that contribute most, largest first; empty unless asked for
 * @param reconstruction what the model expects, by column: a number, a text or a truth value; empty
 *     unless asked for
 */
public record Judgement(
    long row,
    @Nullable Float score,
    @JsonProperty("p_value") @Nullable Double pValue,
    Verdict verdict,
    @Nullable String reason,
    @JsonProperty("reconstruction_term") @Nullable Float reconstructionTerm,
    @JsonProperty("latent_term") @Nullable Float latentTerm,
    List<Feature> features,
    Map<String, Object> reconstruction) {

  public Judgement {
    features = features == null ? List.of() : List.copyOf(features);
    reconstruction = reconstruction == null ? Map.of() : reconstruction;
  }

  /**
   * A column's part in a score.
   *
   * @param actual as read; null if missing
   * @param expected by the model
   * @param normalRange where 98 % of normal rows lie, or the usual categories
   * @param share of all contributions
   */
  public record Feature(
      String name,
      @Nullable String actual,
      @Nullable String expected,
      @JsonProperty("normal_range") @Nullable String normalRange,
      double contribution,
      double share) {}
}
