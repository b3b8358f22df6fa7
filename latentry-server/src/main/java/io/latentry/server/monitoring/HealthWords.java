package io.latentry.server.monitoring;

import io.latentry.core.monitoring.AlarmWatch;
import io.latentry.core.monitoring.DriftFinding;
import io.latentry.core.monitoring.DriftLook;
import io.latentry.core.monitoring.HourCount;
import io.latentry.core.monitoring.Quantity;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** How a version does, in one sentence, or a segment of its rows. */
final class HealthWords {
  private static final int DIGITS = 2;

  private HealthWords() {}

  static String of(Watch.State state, AlarmWatch alarms, DriftLook drift) {
    return switch (state) {
      case OFF -> "Nothing is recorded: recording.keep is off.";
      case NO_DATA ->
          "No rows since " + since(alarms) + ", for longer than ever in the week before.";
      case SURGE ->
          "More alarms than promised since "
              + since(alarms)
              + ": "
              + rates(alarms)
              + because(drift);
      case SILENCE ->
          "Fewer alarms than can be since " + since(alarms) + ": " + rates(alarms) + ".";
      case DRIFT -> drifted(drift) + " " + capital(rates(alarms)) + ".";
      case SEGMENT, HEALTHY -> "Healthy: %s, %s.".formatted(rates(alarms), noNews(drift));
      case WARMING_UP ->
          alarms.day().rows() == 0
              ? "No rows yet."
              : "Warming up: " + rates(alarms) + "; 6 hours with rows are needed.";
    };
  }

  /**
   * The same of a segment, which is held against its own past.
   *
   * @param before the alarm rate of the week before the last day; NaN if there was none
   */
  static String ofSegment(Watch.State state, AlarmWatch alarms, double before, DriftLook drift) {
    String usual = Double.isNaN(before) ? "" : ", " + percent(before) + " in the week before";
    return switch (state) {
      case NO_DATA -> "No rows since " + since(alarms) + ", while others came.";
      case SURGE ->
          "More alarms than usual since "
              + since(alarms)
              + ": "
              + rates(alarms)
              + usual
              + because(drift);
      case DRIFT -> drifted(drift) + " " + capital(rates(alarms)) + usual + ".";
      case HEALTHY ->
          drift.warmingUp()
              ? "Healthy: " + rates(alarms) + usual + "; drift is looked for after a week of rows."
              : "Healthy: " + rates(alarms) + usual + ", " + noNews(drift) + ".";
      case OFF, SILENCE, SEGMENT, WARMING_UP -> of(state, alarms, drift);
    };
  }

  /**
   * The whole, and the segments that page: the worst of them in its own words.
   *
   * @param whole its sentence
   * @param pages whether the whole pages by itself, and is told first
   */
  static String of(String whole, boolean pages, List<Watch.Look> segments) {
    List<Watch.Look> paging = segments.stream().filter(Watch.Look::pages).toList();
    if (paging.isEmpty()) {
      return whole;
    }
    String told = ofPaging(paging);
    return pages ? whole + " " + told : told + " All rows together: " + small(whole);
  }

  /** Such as {@code At site=A: more alarms than usual since ...: ... 2 more segments page.} */
  static String ofPaging(List<Watch.Look> segments) {
    int others = segments.size() - 1;
    return "At "
        + segments.get(0).segment()
        + ": "
        + small(segments.get(0).health())
        + (others == 0
            ? ""
            : others == 1 ? " 1 more segment pages." : " " + others + " more segments page.");
  }

  private static String rates(AlarmWatch alarms) {
    HourCount day = alarms.day();
    if (day.judged() == 0) {
      return "no row with a verdict in the last day";
    }
    return "%s of %d rows of the last day are alarms, promised %s"
        .formatted(
            percent((double) day.alarms() / day.judged()), day.judged(), percent(day.promised()));
  }

  private static String noNews(DriftLook drift) {
    return drift.drifted() ? "as different as a week ago and no more" : "no drift";
  }

  private static String because(DriftLook drift) {
    List<DriftFinding> pages =
        drift.findings().stream()
            .filter(f -> f.pages() && !Double.isNaN(f.alarmsWithout()))
            .toList();
    if (pages.isEmpty()) {
      return drift.isOfDependence()
          ? "; no column drifted by itself, but columns no longer go together as they did."
          : ".";
    }
    DriftFinding first = pages.get(0);
    return "; '%s' %s%s, without which it would be %s."
        .formatted(
            first.name(), first.words(), first.course().words(), percent(first.alarmsWithout()));
  }

  private static String drifted(DriftLook drift) {
    List<DriftFinding> called = drift.findings().stream().filter(DriftFinding::isNews).toList();
    DriftFinding first =
        called.stream()
            .filter(DriftFinding::pages)
            .findFirst()
            .or(() -> firstOf(called, Quantity.Kind.COLUMN))
            .or(() -> firstOf(called, Quantity.Kind.LATENT))
            .orElse(called.get(0));
    String others = called.size() == 1 ? "" : ", and %d more".formatted(called.size() - 1);
    String alarms =
        Double.isNaN(first.alarmsWithout())
            ? ""
            : first.pages()
                ? "; without that alarms would be " + percent(first.alarmsWithout())
                : "; that changes no alarms";
    // Of latent means alone, and of rows without a verdict, the words are a sentence of their own.
    boolean own =
        first.aspect() == DriftFinding.Aspect.SHARE
            || (first.kind() == Quantity.Kind.LATENT && drift.isOfDependence());
    String what = own ? first.words() : "'%s' %s".formatted(first.name(), first.words());
    return "Drift: %s%s%s%s.".formatted(what, first.course().words(), alarms, others);
  }

  private static Optional<DriftFinding> firstOf(List<DriftFinding> called, Quantity.Kind kind) {
    return called.stream().filter(finding -> finding.kind() == kind).findFirst();
  }

  private static Instant since(AlarmWatch alarms) {
    return Instant.EPOCH.plus(Duration.ofHours(alarms.since().orElse(0)));
  }

  private static String capital(String words) {
    return Character.toUpperCase(words.charAt(0)) + words.substring(1);
  }

  private static String small(String words) {
    return Character.toLowerCase(words.charAt(0)) + words.substring(1);
  }

  private static String percent(double share) {
    return BigDecimal.valueOf(100 * share)
            .round(new MathContext(DIGITS))
            .stripTrailingZeros()
            .toPlainString()
        + " %";
  }
}
