package io.latentry.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model with its versions.
 *
 * @param champion the version that answers when none is named; null if there is none
 */
public record Model(String name, @Nullable Integer champion, List<Version> versions) {

  /**
   * @param role {@code champion}, {@code candidate} or {@code retired}
   * @param state such as {@code ready}
   * @param reason why it is in that state; null if there is nothing to say
   * @param threshold in force; null if the version was never loaded
   */
  public record Version(
      int version,
      String role,
      String state,
      @Nullable String reason,
      String digest,
      long bytes,
      @JsonProperty("added_at") String addedAt,
      @JsonProperty("added_by") String addedBy,
      @Nullable Threshold threshold) {}

  /**
   * The columns that a version takes.
   *
   * @param type {@code numeric}, {@code boolean}, {@code timestamp} or {@code categorical}
   * @param missing {@code impute}, or {@code reject}: a row without a value here is unscorable
   * @param range smallest and largest training value; null for categories
   * @param categories null for numbers
   */
  public record Column(
      String name,
      String type,
      String missing,
      @Nullable List<Double> range,
      @Nullable List<String> categories) {}
}
