package io.latentry.server.api;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.latentry.core.monitoring.AlarmWatch;
import io.latentry.core.monitoring.DriftFinding;
import io.latentry.core.monitoring.DriftLook;
import io.latentry.core.monitoring.HourCount;
import io.latentry.core.monitoring.Quantity;
import io.latentry.server.monitoring.Watch;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What is recorded of a version, looked at: its alarms against their promise, and drift. */
final class WatchEndpoints {
  private final Watch watch;

  WatchEndpoints(Watch watch) {
    this.watch = watch;
  }

  /**
   * @param pages whether somebody should look now
   * @param level of each half of this look, the {@code look}-th
   */
  record Drift(
      String model,
      int version,
      String at,
      Watch.State state,
      String health,
      boolean pages,
      Alarms alarms,
      long rows,
      long missedRows,
      Latency latencyMillis,
      Compared compared,
      List<Finding> findings,
      long look,
      double level) {}

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
      double adjustedPValue,
      boolean called,
      double alarmsWithout,
      boolean pages,
      String words) {
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
          found.words());
    }
  }

  HttpResponse drift(ServiceRequestContext context) {
    return ApiJson.ok(document(watch.look(Paths.model(context), Paths.version(context))));
  }

  private static Drift document(Watch.Look look) {
    DriftLook drift = look.drift();
    return new Drift(
        look.model(),
        look.version(),
        look.at().toString(),
        look.state(),
        look.health(),
        look.pages(),
        Alarms.of(look.alarms()),
        look.rows(),
        look.missedRows(),
        new Latency(look.latencyP50(), look.latencyP99()),
        new Compared(drift.hours(), drift.rows(), drift.warmingUp()),
        drift.findings().stream().map(Finding::of).toList(),
        look.look(),
        look.level());
  }
}
