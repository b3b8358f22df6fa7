package io.latentry.server.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.monitoring.AlarmWatch;
import io.latentry.core.monitoring.DriftCourse;
import io.latentry.core.monitoring.DriftFinding;
import io.latentry.core.monitoring.DriftLook;
import io.latentry.core.monitoring.HourCount;
import io.latentry.core.monitoring.Quantity;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class HealthWordsTest {
  private static final DriftFinding TERM =
      called("reconstruction_term", Quantity.Kind.TERM, "moved up by 2 of its normal spread");
  private static final DriftFinding LATENT =
      called(
          "latent_mean 3",
          Quantity.Kind.LATENT,
          "columns no longer go together as they did: latent_mean 3 became 1.4 times as wide");
  private static final DriftFinding COLUMN =
      called("pressure", Quantity.Kind.COLUMN, "moved up by 0.6 of its normal spread");

  @Test
  void howColumnsGoTogetherIsSaidWhereNoColumnDrifted() {
    assertThat(of(Watch.State.DRIFT, TERM, LATENT))
        .startsWith(
            "Drift: columns no longer go together as they did: latent_mean 3 became 1.4 times as"
                + " wide, and 1 more. 1 % of 1000 rows");
    assertThat(of(Watch.State.SURGE, TERM, LATENT))
        .endsWith("; no column drifted by itself, but columns no longer go together as they did.");
  }

  @Test
  void aColumnThatDriftedGoesBeforeWhatItDoesToTheModel() {
    assertThat(of(Watch.State.DRIFT, TERM, LATENT, COLUMN))
        .startsWith("Drift: 'pressure' moved up by 0.6 of its normal spread, and 2 more.");
    assertThat(of(Watch.State.SURGE, TERM, LATENT, COLUMN)).doesNotContain("go together");
  }

  @Test
  void termsAloneAreNamed() {
    assertThat(of(Watch.State.DRIFT, TERM))
        .startsWith("Drift: 'reconstruction_term' moved up by 2 of its normal spread.");
  }

  private static String of(Watch.State state, DriftFinding... findings) {
    AlarmWatch.Call call =
        state == Watch.State.SURGE ? AlarmWatch.Call.SURGE : AlarmWatch.Call.AS_PROMISED;
    AlarmWatch alarms =
        new AlarmWatch(
            call, OptionalLong.of(0), new HourCount(9, 1_000, 10, 0, 0.01, 0.02), 0.5, 0.01);
    return HealthWords.of(state, alarms, new DriftLook(24, 1_000, 0.01, List.of(findings), false));
  }

  private static DriftFinding called(String name, Quantity.Kind kind, String words) {
    return new DriftFinding(
        name,
        kind,
        DriftFinding.Aspect.VALUES,
        DriftFinding.Unit.SPREADS,
        2,
        0.3,
        500,
        1e-20,
        1e-18,
        true,
        Double.NaN,
        false,
        words,
        DriftCourse.UNKNOWN);
  }
}
