package io.latentry.server.api.answer;

import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import io.latentry.ingest.read.TextFormat;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The forms that rows come in and verdicts go out in, by media type. */
// A media type is immutable, though nothing in it says so to the checker.
@SuppressWarnings("ImmutableEnumChecker")
public enum AnswerForm {
  JSON(MediaType.JSON, Optional.empty()),
  CSV(MediaType.CSV_UTF_8, Optional.of(TextFormat.CSV)),
  TSV(MediaType.TSV_UTF_8, Optional.of(TextFormat.TSV)),
  JSON_LINES(MediaType.create("application", "x-ndjson"), Optional.of(TextFormat.JSON_LINES));

  private final MediaType type;
  private final Optional<TextFormat> table;

  AnswerForm(MediaType type, Optional<TextFormat> table) {
    this.type = type;
    this.table = table;
  }

  public MediaType type() {
    return type;
  }

  /** Empty for JSON, which is no table. */
  public Optional<TextFormat> table() {
    return table;
  }

  /** Refuses what a table has no place for. */
  public void requireRoomFor(ScoreOptions options) {
    if (options.reconstruct() && table.isPresent()) {
      throw new RefusedException(
          Refusal.BAD_INPUT,
          "reconstruct: in "
              + type.withoutParameters()
              + " (expected: with accept: application/json, the form that has a place for it)");
    }
  }

  public AnswerWriter writer(OutputStream output, ModelLease lease, ScoreOptions options)
      throws IOException {
    return table.isPresent()
        ? new TableAnswer(output, table.get(), lease, options.explain())
        : new JsonAnswer(output, lease, options);
  }

  /** The form of a body; JSON if nothing is said. */
  public static AnswerForm ofContent(@Nullable MediaType content) {
    if (content == null) {
      return JSON;
    }
    return Arrays.stream(values())
        .filter(form -> form.type.is(content.withoutParameters()))
        .findFirst()
        .orElseThrow(
            () ->
                new RefusedException(
                    Refusal.UNSUPPORTED_MEDIA,
                    "content-type: " + content + " (expected: one of " + names() + ")"));
  }

  /**
   * The form that an answer is wanted in: that of the body if it will do.
   *
   * @return empty if none of ours will
   */
  public static Optional<AnswerForm> accepted(RequestHeaders headers, AnswerForm ofBody) {
    List<MediaType> accepted = headers.accept();
    if (accepted.isEmpty()) {
      return Optional.of(ofBody);
    }
    for (MediaType range : accepted) {
      if (ofBody.type.belongsTo(range)) {
        return Optional.of(ofBody);
      }
      for (AnswerForm form : values()) {
        if (form.type.belongsTo(range)) {
          return Optional.of(form);
        }
      }
    }
    return Optional.empty();
  }

  public static String names() {
    return Arrays.stream(values())
        .map(form -> form.type.withoutParameters().toString())
        .collect(Collectors.joining(", "));
  }
}
