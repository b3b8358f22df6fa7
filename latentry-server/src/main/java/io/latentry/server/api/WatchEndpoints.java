package io.latentry.server.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.latentry.core.calibration.SegmentThreshold;
import io.latentry.core.monitoring.AlarmWatch;
import io.latentry.core.monitoring.DriftCourse;
import io.latentry.core.monitoring.DriftFinding;
import io.latentry.core.monitoring.DriftLook;
import io.latentry.core.monitoring.FeedbackProposal;
import io.latentry.core.monitoring.FeedbackWord;
import io.latentry.core.monitoring.HourCount;
import io.latentry.core.monitoring.Incident;
import io.latentry.core.monitoring.Quantity;
import io.latentry.core.monitoring.ThresholdReplay;
import io.latentry.server.monitoring.Diary;
import io.latentry.server.monitoring.SlaWatch;
import io.latentry.server.monitoring.Watch;
import io.latentry.server.registry.Incidents.SaidOfAlarm;
import io.latentry.server.registry.StoredIncident;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is recorded of a version, looked at: its alarms against their promise, and drift; and the
 * incidents, with what people say of them.
 */
final class WatchEndpoints {
  private static final int MOST_NOTE = 2_000;
  private static final int MOST_NAMES = 10;

  private final Watch watch;
  private final Diary diary;
  private final SlaWatch sla;
  private final JsonFactory json;
  private final int mostBytes;

  WatchEndpoints(Watch watch, Diary diary, SlaWatch sla, ApiLimits limits) {
    this.watch = watch;
    this.diary = diary;
    this.sla = sla;
    this.json = JsonBody.format(limits.ofBodies());
    this.mostBytes = limits.mostJsonBytes();
  }

  /**
   * @param segment that it is about; null of all rows
   * @param pages whether somebody should look now
   * @param segments the worst first; none of a segment, or where none are watched
   * @param level of each half of this look, the {@code look}-th
   */
  record Drift(
      String model,
      int version,
      @Nullable String segment,
      String at,
      Watch.State state,
      String health,
      boolean pages,
      Alarms alarms,
      long rows,
      long missedRows,
      Latency latencyMillis,
      List<Agreed> sla,
      Compared compared,
      List<Finding> findings,
      List<Segment> segments,
      long look,
      double level) {}

  /**
   * A segment in short.
   *
   * @param rows of the last day, {@code judged} of them with a verdict
   * @param alarmRate null if there are none
   */
  record Segment(
      String segment,
      Watch.State state,
      boolean pages,
      String health,
      long rows,
      long judged,
      long alarms,
      double alarmRate) {
    static Segment of(Watch.Look look) {
      HourCount day = look.alarms().day();
      return new Segment(
          look.segment(),
          look.state(),
          look.pages(),
          look.health(),
          look.rows(),
          day.judged(),
          day.alarms(),
          look.alarmRate());
    }
  }

  /**
   * @param judged rows of the last day with a verdict
   * @param since from when on the call holds; null if nothing is wrong
   */
  record Alarms(
      AlarmWatch.Call call,
      @Nullable String since,
      long judged,
      long alarms,
      long unscorable,
      @Nullable Double rate,
      double promised,
      double promisedAtMost,
      double pValue) {
    static Alarms of(AlarmWatch watched) {
      HourCount day = watched.day();
      return new Alarms(
          watched.call(),
          hour(watched.since()),
          day.judged(),
          day.alarms(),
          day.unscorable(),
          day.judged() == 0 ? null : (double) day.alarms() / day.judged(),
          day.promised(),
          day.atMost(),
          watched.pValue());
    }

    private static @Nullable String hour(OptionalLong hour) {
      return hour.isEmpty()
          ? null
          : Instant.EPOCH.plus(Duration.ofHours(hour.getAsLong())).toString();
    }
  }

  /**
   * Latency against what was agreed, now; of every version.
   *
   * @param burn null without requests; likewise {@code burnLong}
   */
  record Agreed(
      String door,
      String sla,
      long requests,
      long slow,
      double burn,
      double burnLong,
      boolean breached) {
    static Agreed of(SlaWatch.Standing of) {
      return new Agreed(
          of.door(), of.sla(), of.requests(), of.slow(), of.burn(), of.burnLong(), of.breached());
    }
  }

  /** Quantiles as upper ends of bins; null if there was no request, or it took longer. */
  record Latency(double p50, double p99) {}

  /** The full hours with rows that were compared, and their rows with a verdict. */
  record Compared(int hours, long rows, boolean warmingUp) {}

  record Finding(
      String name,
      Quantity.Kind kind,
      DriftFinding.Aspect aspect,
      DriftFinding.Unit unit,
      double effect,
      double minimum,
      double independent,
      double pValue,
      @JsonProperty("adjusted_p_value") double adjustedPValue,
      boolean called,
      double alarmsWithout,
      boolean pages,
      String words,
      DriftCourse.Shape course,
      @Nullable String since) {
    static Finding of(DriftFinding found) {
      return new Finding(
          found.name(),
          found.kind(),
          found.aspect(),
          found.unit(),
          found.effect(),
          found.minimum(),
          found.independent(),
          found.pValue(),
          found.adjusted(),
          found.called(),
          found.alarmsWithout(),
          found.pages(),
          found.words(),
          found.course().shape(),
          found.course().since().isPresent() ? found.course().moment().toString() : null);
    }
  }

  HttpResponse drift(ServiceRequestContext context) {
    Watch.Look look = watch.look(Paths.model(context), Paths.version(context));
    String segment = null;
    QueryParams query = context.queryParams();
    for (String name : query.names()) {
      if (!name.equals("segment")) {
        throw new RefusedException(
            Refusal.BAD_INPUT, "query parameter '" + name + "': unknown (expected: segment)");
      }
      segment = query.get(name, "");
    }
    return ApiJson.ok(document(segment == null ? look : of(look, segment)));
  }

  private static Watch.Look of(Watch.Look look, String segment) {
    return look.segments().stream()
        .filter(of -> of.segment().equals(segment))
        .findFirst()
        .orElseThrow(
            () ->
                new RefusedException(
                    Refusal.UNKNOWN,
                    "segment: '%s' of model '%s' (expected: %s)"
                        .formatted(
                            segment,
                            look.model(),
                            look.segments().isEmpty()
                                ? "none, since no segments of it are watched, or none had rows in"
                                    + " the last eight days"
                                : look.segments().stream()
                                    .map(Watch.Look::segment)
                                    .limit(MOST_NAMES)
                                    .collect(Collectors.joining("', '", "one such as '", "'")))));
  }

  private Drift document(Watch.Look look) {
    DriftLook drift = look.drift();
    return new Drift(
        look.model(),
        look.version(),
        look.segment().isEmpty() ? null : look.segment(),
        look.at().toString(),
        look.state(),
        look.health(),
        look.pages(),
        Alarms.of(look.alarms()),
        look.rows(),
        look.missedRows(),
        new Latency(look.latencyP50(), look.latencyP99()),
        sla.standings().stream()
            .filter(of -> of.model().equals(look.model()))
            .map(Agreed::of)
            .toList(),
        new Compared(drift.hours(), drift.rows(), drift.warmingUp()),
        drift.findings().stream().map(Finding::of).toList(),
        look.segments().stream().map(Segment::of).toList(),
        look.look(),
        look.level());
  }

  record Listed(String model, List<Told> incidents) {}

  /**
   * @param segment null where none are watched
   * @param maintenance the window that was open when it began
   * @param examples null in a list
   */
  record Told(
      String id,
      int version,
      String signature,
      @Nullable String segment,
      Incident.State state,
      String firstSeen,
      String lastSeen,
      long alarms,
      double peak,
      int reopened,
      @Nullable String acknowledgedBy,
      @Nullable FeedbackWord feedback,
      @Nullable String feedbackBy,
      String note,
      @Nullable String maintenance,
      @Nullable List<Example> examples) {
    static Told of(StoredIncident stored) {
      return of(stored, false, List.of());
    }

    static Told whole(StoredIncident stored, List<SaidOfAlarm> said) {
      return of(stored, true, said);
    }

    private static Told of(StoredIncident stored, boolean whole, List<SaidOfAlarm> said) {
      Incident incident = stored.incident();
      return new Told(
          incident.id(),
          stored.version(),
          incident.signature(),
          incident.segment().isEmpty() ? null : incident.segment(),
          incident.state(),
          incident.firstSeen().toString(),
          incident.lastSeen().toString(),
          incident.alarms(),
          incident.peak(),
          incident.reopened(),
          stored.acknowledgedBy().orElse(null),
          stored.feedback().orElse(null),
          stored.feedbackBy().orElse(null),
          stored.note(),
          stored.maintenance().orElse(null),
          whole ? incident.examples().stream().map(e -> Example.of(e, said)).toList() : null);
    }
  }

  /**
   * @param feedback null if nobody said anything of this alarm by itself
   */
  record Example(
      String at,
      double score,
      List<Incident.Cell> cells,
      @Nullable FeedbackWord feedback,
      @Nullable String feedbackBy,
      @Nullable String note) {
    static Example of(Incident.Example example, List<SaidOfAlarm> said) {
      Optional<SaidOfAlarm> own =
          said.stream()
              .filter(s -> s.score() == example.score())
              .filter(s -> s.at().toEpochMilli() == example.at().toEpochMilli())
              .findFirst();
      return new Example(
          example.at().toString(),
          example.score(),
          example.cells(),
          own.map(SaidOfAlarm::word).orElse(null),
          own.map(SaidOfAlarm::by).orElse(null),
          own.map(SaidOfAlarm::note).orElse(null));
    }
  }

  /**
   * @param proposal tried on counts; null if nothing would be won
   * @param ofRows whether alarms are recorded with their rows, which {@code proposals} are tried on
   */
  record Said(
      String model,
      int version,
      long falseAlarm,
      long confirmed,
      long knownEvent,
      String words,
      @Nullable ThresholdReplay proposal,
      boolean ofRows,
      List<Proposed> proposals) {}

  /**
   * @param change what {@code PATCH .../threshold} takes to put it in force
   */
  record Proposed(
      FeedbackProposal.Kind kind,
      String words,
      Change change,
      long alarms,
      long alarmsLeft,
      long falseAlarms,
      long falseLeft,
      int confirmed,
      int confirmedLost) {
    static Proposed of(FeedbackProposal proposal) {
      Optional<SegmentThreshold> changed = proposal.changed();
      String what =
          changed
              .map(
                  segment ->
                      segment.score() == null
                          ? "No alarm where " + segment.where()
                          : "A threshold of %s where %s"
                              .formatted(segment.score(), segment.where()))
              .orElseGet(() -> "A threshold of " + proposal.next().score());
      return new Proposed(
          proposal.kind(),
          "%s would remove %d alarms of the last 14 days, %d of %d false ones, and lose %d of %d confirmed."
              .formatted(
                  what,
                  proposal.alarms() - proposal.alarmsLeft(),
                  proposal.falseAlarms() - proposal.falseLeft(),
                  proposal.falseAlarms(),
                  proposal.confirmedLost(),
                  proposal.confirmed()),
          changed.isEmpty()
              ? new Change(proposal.next().score(), null)
              : new Change(null, proposal.next().segments()),
          proposal.alarms(),
          proposal.alarmsLeft(),
          proposal.falseAlarms(),
          proposal.falseLeft(),
          proposal.confirmed(),
          proposal.confirmedLost());
    }
  }

  /** One of both. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Change(@Nullable Double score, @Nullable List<SegmentThreshold> segments) {}

  HttpResponse incidents(ServiceRequestContext context) {
    String model = Paths.model(context);
    return ApiJson.ok(new Listed(model, diary.latest(model).stream().map(Told::of).toList()));
  }

  HttpResponse incident(ServiceRequestContext context) {
    return whole(diary.find(Paths.model(context), id(context)));
  }

  private HttpResponse whole(StoredIncident stored) {
    return ApiJson.ok(Told.whole(stored, diary.saidOfAlarms(stored)));
  }

  HttpResponse feedback(ServiceRequestContext context) {
    Diary.Feedback said = diary.feedback(Paths.model(context));
    return ApiJson.ok(
        new Said(
            said.model(),
            said.version(),
            said.falseAlarm(),
            said.confirmed(),
            said.knownEvent(),
            words(said),
            said.proposal().orElse(null),
            said.ofRows(),
            said.proposals().stream().map(Proposed::of).toList()));
  }

  private static String words(Diary.Feedback said) {
    if (said.falseAlarm() == 0) {
      return "No incident of the last 14 days was called a false alarm; nothing to propose.";
    }
    return said.proposal()
        .map(
            p ->
                "A threshold of %s would have left %d of %d alarms of the last 14 days, %d of %d false ones, and lost %d of %d confirmed incidents."
                    .formatted(
                        p.threshold(),
                        p.alarmsLeft(),
                        p.alarms(),
                        p.falseLeft(),
                        p.falseAlarms(),
                        p.confirmedLost(),
                        p.confirmed()))
        .orElse("No threshold removes false alarms and keeps every confirmed incident.");
  }

  /**
   * @param by who says so, for the audit
   */
  HttpResponse patch(ServiceRequestContext context, AggregatedHttpRequest request, String by) {
    String model = Paths.model(context);
    Asked asked = asked(request);
    require(asked.signature() == null, "'signature': unknown");
    require(asked.segment() == null, "'segment': unknown");
    require(asked.acknowledged() != (asked.word() != null), "body: not one of both");
    require(asked.alarm() == null || asked.word() != null, "alarm: without feedback");
    FeedbackWord word = asked.word();
    Alarm alarm = asked.alarm();
    if (word == null) {
      return whole(diary.acknowledge(model, id(context), by));
    }
    return whole(
        alarm == null
            ? diary.say(model, id(context), word, asked.note(), by)
            : diary.sayOfAlarm(
                model, id(context), alarm.at(), alarm.score(), word, asked.note(), by));
  }

  /**
   * The same of every incident of a signature, in one segment or in all.
   *
   * @param by who says so, for the audit
   */
  HttpResponse patchGroup(ServiceRequestContext context, AggregatedHttpRequest request, String by) {
    String model = Paths.model(context);
    Asked asked = asked(request);
    String signature = asked.signature();
    FeedbackWord word = asked.word();
    if (signature == null || word == null || asked.acknowledged() || asked.alarm() != null) {
      throw new RefusedException(
          Refusal.BAD_INPUT,
          "body: of no group (expected: {\"signature\": \"pressure high\", \"feedback\":"
              + " \"false_alarm\"}, with a \"segment\" and a \"note\" if you like)");
    }
    return ApiJson.ok(
        new Listed(
            model,
            diary
                .sayOfGroup(
                    model, signature, Optional.ofNullable(asked.segment()), word, asked.note(), by)
                .stream()
                .map(Told::of)
                .toList()));
  }

  /** One alarm of an incident. */
  private record Alarm(Instant at, double score) {}

  /** What a body says. */
  private record Asked(
      boolean acknowledged,
      @Nullable FeedbackWord word,
      String note,
      @Nullable Alarm alarm,
      @Nullable String signature,
      @Nullable String segment) {}

  private Asked asked(AggregatedHttpRequest request) {
    boolean acknowledged = false;
    FeedbackWord word = null;
    String note = "";
    Alarm alarm = null;
    String signature = null;
    String segment = null;
    try (JsonParser parser = json.createParser(JsonBody.of(request, mostBytes))) {
      require(parser.nextToken() == JsonToken.START_OBJECT, "body: no JSON object");
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String key = parser.currentName();
        JsonToken token = parser.nextToken();
        switch (key) {
          case "acknowledged" -> {
            require(token == JsonToken.VALUE_TRUE, key + ": not true");
            acknowledged = true;
          }
          case "feedback" -> word = word(parser.getText());
          case "note" -> {
            note = parser.getText();
            require(
                token == JsonToken.VALUE_STRING && note.length() <= MOST_NOTE,
                key + ": no text of at most " + MOST_NOTE + " letters");
          }
          case "signature" -> {
            require(token == JsonToken.VALUE_STRING, key + ": no text");
            signature = parser.getText();
          }
          case "segment" -> {
            require(token == JsonToken.VALUE_STRING, key + ": no text");
            segment = parser.getText();
          }
          case "alarm" -> alarm = alarm(token, parser);
          default -> require(false, "'" + key + "': unknown");
        }
      }
      JsonBody.requireEnd(parser);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
    return new Asked(acknowledged, word, note, alarm, signature, segment);
  }

  private static Alarm alarm(JsonToken token, JsonParser parser) throws IOException {
    require(token == JsonToken.START_OBJECT, "alarm: no object");
    Instant at = null;
    Double score = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      JsonToken value = parser.nextToken();
      switch (key) {
        case "at" -> {
          try {
            at = Instant.parse(parser.getText());
          } catch (DateTimeParseException e) {
            require(false, "alarm.at: '" + parser.getText() + "' is no moment");
          }
        }
        case "score" -> {
          require(value.isNumeric(), "alarm.score: no number");
          score = parser.getDoubleValue();
        }
        default -> require(false, "alarm.'" + key + "': unknown");
      }
    }
    if (at == null || score == null) {
      throw new RefusedException(
          Refusal.BAD_INPUT,
          "alarm: without at or score (expected: both, as in the incident's examples)");
    }
    return new Alarm(at, score);
  }

  private static FeedbackWord word(String text) {
    for (FeedbackWord word : FeedbackWord.values()) {
      if (word.name().toLowerCase(Locale.ROOT).equals(text)) {
        return word;
      }
    }
    require(false, "feedback: '" + text + "'");
    return FeedbackWord.KNOWN_EVENT;
  }

  private static String id(ServiceRequestContext context) {
    return String.valueOf(context.pathParam("id"));
  }

  private static void require(boolean held, String message) {
    if (!held) {
      throw new RefusedException(
          Refusal.BAD_INPUT,
          message
              + " (expected: {\"acknowledged\": true}, or {\"feedback\": \"false_alarm\"},"
              + " \"confirmed\" or \"known_event\", with a \"note\" if you like, and with an"
              + " \"alarm\": {\"at\": t, \"score\": x} of that one alone)");
    }
  }
}
