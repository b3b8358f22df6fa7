package io.latentry.server.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.SegmentThreshold;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.data.DataException;
import io.latentry.core.monitoring.AdaptiveThreshold.Raise;
import io.latentry.server.config.AdaptiveRule;
import io.latentry.server.monitoring.ThresholdAdapter;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import io.latentry.server.serving.ThresholdMove;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Moves a threshold, says what a move would do, or takes one back. */
final class ThresholdEndpoint {
  private final ModelHost host;
  private final ThresholdAdapter adapter;
  private final JsonFactory json;
  private final int mostBytes;

  ThresholdEndpoint(ModelHost host, ThresholdAdapter adapter, ApiLimits limits) {
    this.host = host;
    this.adapter = adapter;
    this.json = JsonBody.format(limits.ofBodies());
    this.mostBytes = limits.mostJsonBytes();
  }

  /**
   * @param moved whether {@code after} is in force; not if it was only asked what would be
   * @param thresholdHistory what was in force before, newest last
   */
  record Document(
      String model,
      int version,
      boolean moved,
      Trial before,
      Trial after,
      List<ThresholdDocument> thresholdHistory) {}

  /**
   * @param calibrationAlarms calibration rows above the threshold, which are normal all
   */
  record Trial(ThresholdDocument threshold, long calibrationAlarms) {
    static Trial of(Manifest manifest, Threshold threshold) {
      return new Trial(
          ThresholdDocument.of(threshold),
          manifest.calibration().sample().above(threshold.score()));
    }
  }

  /**
   * The threshold in force, with what was done about it.
   *
   * @param moves newest first
   */
  record Standing(
      String model,
      int version,
      ThresholdDocument threshold,
      List<ThresholdDocument> thresholdHistory,
      Adaptive adaptive,
      List<Move> moves) {}

  /**
   * What the service does about it while alarms surge.
   *
   * @param at of the latest look; null if there was none
   * @param advised null if there is nothing to do
   */
  record Adaptive(
      AdaptiveRule.Mode mode,
      boolean raised,
      @Nullable String at,
      @Nullable Raise advised,
      String words) {}

  /** When the threshold was moved, and by whom. */
  record Move(String at, String action, String by, String detail) {}

  HttpResponse show(ServiceRequestContext context) {
    String name = Paths.model(context);
    try (ModelLease lease = host.lend(name, OptionalInt.empty())) {
      ModelVersion version = lease.version();
      Threshold inForce = version.threshold().orElseThrow();
      Optional<ThresholdAdapter.Standing> standing =
          adapter.standing(name).filter(s -> s.version() == version.version());
      return ApiJson.ok(
          new Standing(
              version.name(),
              version.version(),
              ThresholdDocument.of(inForce),
              version.thresholdHistory().stream().map(ThresholdDocument::of).toList(),
              new Adaptive(
                  adapter.mode(name),
                  inForce.rule() == Threshold.Rule.ADAPTIVE,
                  standing.map(s -> s.at().toString()).orElse(null),
                  standing.flatMap(ThresholdAdapter.Standing::advised).orElse(null),
                  standing.map(ThresholdAdapter.Standing::words).orElse("")),
              host.audit(name).stream()
                  .filter(entry -> entry.version() == version.version())
                  .filter(entry -> entry.action().contains("threshold"))
                  .map(e -> new Move(e.at().toString(), e.action(), e.by(), e.detail()))
                  .toList()));
    }
  }

  /** What is asked for; one of the first three. */
  private record Change(
      @Nullable Double score,
      @Nullable Double falseAlarmRate,
      boolean undo,
      @Nullable List<SegmentThreshold> segments,
      boolean whatIf) {

    /**
     * @param inForce when it was asked for
     */
    Threshold of(Manifest manifest, Threshold inForce, String by) {
      boolean isSame = inForce.modelId().equals(manifest.modelId());
      if (segments != null) {
        if (!isSame) {
          throw new RefusedException(
              Refusal.CONFLICT, "segments: another champion was promoted meanwhile; try again");
        }
        Threshold changed =
            inForce.with(segments, by + ": segments " + SegmentThreshold.words(segments));
        changed.requireOf(manifest.spec());
        return changed;
      }
      Threshold moved = moved(manifest, by);
      return isSame ? moved.withSegmentsOf(inForce) : moved;
    }

    private Threshold moved(Manifest manifest, String by) {
      if (falseAlarmRate != null) {
        try {
          return manifest.thresholdFor(falseAlarmRate, by + ": false_alarm_rate " + falseAlarmRate);
        } catch (DataException | IllegalArgumentException noRate) {
          throw new RefusedException(Refusal.BAD_INPUT, inKeysOfJson(noRate), noRate);
        }
      }
      if (score == null) {
        throw new IllegalStateException("change without a score or a rate");
      }
      return manifest.thresholdAt(score, by + ": score " + score);
    }

    /** The library names its own parameters. */
    private static String inKeysOfJson(RuntimeException refused) {
      return String.valueOf(refused.getMessage())
          .replace("falseAlarmRate", "false_alarm_rate")
          .replace("normalScores", "calibration_rows");
    }
  }

  /**
   * @param by who asks, for the audit
   */
  HttpResponse patch(ServiceRequestContext context, AggregatedHttpRequest request, String by) {
    requireNoParameters(context.queryParams());
    Change change = change(JsonBody.of(request, mostBytes));
    String name = Paths.model(context);
    Threshold inForce;
    try (ModelLease lease = host.lend(name, OptionalInt.empty())) {
      ModelVersion version = lease.version();
      Manifest manifest = lease.manifest();
      inForce = version.threshold().orElseThrow();
      if (change.whatIf()) {
        return document(version, false, manifest, inForce, asked(change, manifest, inForce, by));
      }
    }
    ThresholdMove move =
        change.undo()
            ? host.undoThreshold(name, by)
            : host.moveThreshold(name, champion -> change.of(champion, inForce, by), by);
    return document(move.version(), true, move.manifest(), move.before(), move.after());
  }

  private static Threshold asked(Change change, Manifest manifest, Threshold inForce, String by) {
    try {
      return change.of(manifest, inForce, by);
    } catch (IllegalArgumentException wrong) {
      throw new RefusedException(Refusal.BAD_INPUT, String.valueOf(wrong.getMessage()), wrong);
    }
  }

  private static HttpResponse document(
      ModelVersion version, boolean moved, Manifest manifest, Threshold before, Threshold after) {
    return ApiJson.ok(
        new Document(
            version.name(),
            version.version(),
            moved,
            Trial.of(manifest, before),
            Trial.of(manifest, after),
            version.thresholdHistory().stream().map(ThresholdDocument::of).toList()));
  }

  /** A what_if that was meant but not read would move the threshold in force. */
  private static void requireNoParameters(QueryParams query) {
    for (String name : query.names()) {
      require(false, "query parameter '" + name + "': unknown");
    }
  }

  private Change change(byte[] body) {
    Double score = null;
    Double rate = null;
    boolean undo = false;
    boolean whatIf = false;
    List<SegmentThreshold> segments = null;
    try (JsonParser parser = json.createParser(body)) {
      require(parser.nextToken() == JsonToken.START_OBJECT, "body: no JSON object");
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String key = parser.currentName();
        JsonToken token = parser.nextToken();
        switch (key) {
          case "score" -> score = number(key, token, parser);
          case "false_alarm_rate" -> rate = number(key, token, parser);
          case "undo" -> undo = truth(key, token);
          case "segments" -> segments = segments(token, parser);
          case "what_if" -> whatIf = truth(key, token);
          default -> require(false, "'" + key + "': unknown");
        }
      }
      JsonBody.requireEnd(parser);
    } catch (IOException broken) {
      throw new java.io.UncheckedIOException(broken);
    }
    int changes =
        (score == null ? 0 : 1)
            + (rate == null ? 0 : 1)
            + (undo ? 1 : 0)
            + (segments == null ? 0 : 1);
    require(changes == 1, "body: " + changes + " changes");
    require(!(undo && whatIf), "undo, what_if: both");
    return new Change(score, rate, undo, segments, whatIf);
  }

  private static double number(String key, JsonToken token, JsonParser parser) throws IOException {
    // Scores are float32: none is above the largest of them.
    require(
        token.isNumeric() && Float.isFinite((float) parser.getDoubleValue()), key + ": no number");
    return parser.getDoubleValue();
  }

  private static List<SegmentThreshold> segments(JsonToken token, JsonParser parser)
      throws IOException {
    require(token == JsonToken.START_ARRAY, "segments: no list");
    List<SegmentThreshold> segments = new ArrayList<>();
    while (parser.nextToken() == JsonToken.START_OBJECT) {
      segments.add(segment(parser));
      require(segments.size() <= SegmentThreshold.MOST, "segments: " + segments.size());
    }
    require(parser.currentToken() == JsonToken.END_ARRAY, "segments: no list of objects");
    return segments;
  }

  private static SegmentThreshold segment(JsonParser parser) throws IOException {
    String column = null;
    String value = null;
    Double from = null;
    Double to = null;
    Double score = null;
    boolean isScored = false;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      JsonToken token = parser.nextToken();
      switch (key) {
        case "column", "value" -> {
          require(token == JsonToken.VALUE_STRING, key + ": no text");
          column = key.equals("column") ? parser.getText() : column;
          value = key.equals("value") ? parser.getText() : value;
        }
        case "from" -> from = number(key, token, parser);
        case "to" -> to = number(key, token, parser);
        case "score" -> {
          isScored = true;
          score = token == JsonToken.VALUE_NULL ? null : number(key, token, parser);
        }
        default -> require(false, "'" + key + "': unknown");
      }
    }
    require(column != null && isScored, "segments: no column, or no score");
    try {
      return new SegmentThreshold(String.valueOf(column), value, from, to, score);
    } catch (IllegalArgumentException wrong) {
      throw new RefusedException(Refusal.BAD_INPUT, String.valueOf(wrong.getMessage()), wrong);
    }
  }

  private static boolean truth(String key, JsonToken token) {
    require(token.isBoolean(), key + ": no truth value");
    return token == JsonToken.VALUE_TRUE;
  }

  private static void require(boolean held, String message) {
    if (!held) {
      throw new RefusedException(
          Refusal.BAD_INPUT,
          message
              + " (expected: {\"score\": x} or {\"false_alarm_rate\": p}, or {\"segments\":"
              + " [{\"column\": c, \"value\": v, \"score\": x}]}, with \"what_if\": true to only"
              + " ask, or {\"undo\": true})");
    }
  }
}
