package io.latentry.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The retrainings of a model.
 *
 * @param on whether the service retrains models
 * @param paused whether this one is left alone
 * @param next by the schedule; null if there is none
 * @param runs the latest first
 */
public record Retraining(
    String model, boolean on, boolean paused, @Nullable String next, List<Run> runs) {

  /**
   * From its start to what became of the challenger.
   *
   * @param state {@code running}, {@code shadow}, {@code canary}, {@code waiting}, {@code
   *     promoted}, {@code refused}, {@code dropped}, {@code failed} or {@code rolled_back}
   * @param endedAt null while something may still become of it
   * @param challenger the version that came of it; null if none did
   * @param decision SHA-256 of the decision of its gate; null if there was none
   */
  public record Run(
      String id,
      String cause,
      String by,
      String state,
      @JsonProperty("started_at") String startedAt,
      @JsonProperty("ended_at") @Nullable String endedAt,
      int champion,
      @Nullable Integer challenger,
      String words,
      @Nullable String decision) {}
}
