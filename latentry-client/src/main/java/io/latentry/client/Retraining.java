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
 * @param triggers what has it retrained without anybody's word, for people
 * @param runs the latest first
 */
public record Retraining(
    String model,
    boolean on,
    boolean paused,
    @Nullable String next,
    List<String> triggers,
    List<Run> runs) {

  /** Services from before there were triggers leave them out. */
  public Retraining {
    triggers = triggers == null ? List.of() : List.copyOf(triggers);
  }

  /** Without triggers. */
  public Retraining(
      String model, boolean on, boolean paused, @Nullable String next, List<Run> runs) {
    this(model, on, paused, next, List.of(), runs);
  }

  /**
   * From its start to what became of the challenger.
   *
   * @param cause {@code schedule}, {@code age}, {@code drift}, {@code broken_promise}, {@code rows}
   *     or {@code manual}, and {@code reason} its figures, null of an older service
   * @param state {@code running}, {@code shadow}, {@code canary}, {@code waiting}, {@code
   *     promoted}, {@code refused}, {@code dropped}, {@code failed} or {@code rolled_back}
   * @param endedAt null while something may still become of it
   * @param challenger the version that came of it; null if none did
   * @param decision SHA-256 of the decision of its gate; null if there was none
   */
  public record Run(
      String id,
      String cause,
      @Nullable String reason,
      String by,
      String state,
      @JsonProperty("started_at") String startedAt,
      @JsonProperty("ended_at") @Nullable String endedAt,
      int champion,
      @Nullable Integer challenger,
      String words,
      @Nullable String decision) {

    /** Without a reason. */
    public Run(
        String id,
        String cause,
        String by,
        String state,
        String startedAt,
        @Nullable String endedAt,
        int champion,
        @Nullable Integer challenger,
        String words,
        @Nullable String decision) {
      this(id, cause, null, by, state, startedAt, endedAt, champion, challenger, words, decision);
    }
  }
}
