package io.latentry.core.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.data.NovelValues;
import io.latentry.core.monitoring.WatchedTable.Change;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ProfileTest {
  private final WatchedTable table = new WatchedTable(1);

  @Test
  void whatIsPackedIsTheSameUnpacked() {
    Profile seen = table.hour(1_000, new Change(0.3, 1, 0.1, 0.1));
    Profile again = Profile.unpacked(seen.packed());
    assertThat(again).usingRecursiveComparison().isEqualTo(seen);
    assertThat(seen.packed().length).isLessThan(2_000);
    assertThatThrownBy(() -> Profile.unpacked(new byte[] {1, 2}))
        .hasMessageContaining("profile: 2 bytes");
  }

  @Test
  void everyRowIsInOneBinOfEachQuantityOrMissing() {
    Profile seen = table.hour(1_000, new Change(50, 40, 0.2, 0.3));
    for (Profile.Counts counts : seen.quantities()) {
      assertThat(counts.present() + counts.missing()).isEqualTo(1_000);
      long alarms = Arrays.stream(counts.alarms()).sum() + counts.missingAlarms();
      assertThat(alarms).isEqualTo(seen.anomaly());
    }
    assertThat(seen.quantities().get(0).missing()).isBetween(150L, 250L);
  }

  @Test
  void profilesAddUp() {
    Profile one = table.hour(300, Change.NONE);
    Profile other = table.hour(200, new Change(1, 1, 0.5, 0));
    Profile both = one.plus(other);
    assertThat(both.judged()).isEqualTo(500);
    assertThat(both).usingRecursiveComparison().isEqualTo(other.plus(one));
    assertThat(one.plus(Profile.none(table.quantities))).usingRecursiveComparison().isEqualTo(one);
    for (int i = 0; i < both.quantities().size(); i++) {
      assertThat(both.quantities().get(i).present())
          .isEqualTo(one.quantities().get(i).present() + other.quantities().get(i).present());
    }
  }

  @Test
  void latencyReasonsNoveltiesAndWhatWasMissedAreCounted() {
    ProfileCounter counter = new ProfileCounter(table.quantities);
    counter.answered(0.4, false);
    counter.answered(3, false);
    counter.answered(40_000, true);
    counter.unscorable("missing_value");
    counter.novel(new NovelValues(List.of("flow"), "flow was never 9"));
    counter.novel(null);
    counter.missed(7);
    Profile seen = counter.profile();
    assertThat(seen.requests()).isEqualTo(3);
    assertThat(seen.failed()).isEqualTo(1);
    assertThat(seen.latencyMillis(0.3)).isEqualTo(0.5);
    assertThat(seen.latencyMillis(0.6)).isEqualTo(5);
    assertThat(seen.latencyMillis(0.99)).isInfinite();
    assertThat(Profile.none(table.quantities).latencyMillis(0.5)).isNaN();
    assertThat(seen.unscorableBy()).containsEntry("missing_value", 1L);
    assertThat(seen.novelties()).containsEntry("flow", 1L);
    assertThat(seen.missed()).isEqualTo(7);
  }

  @Test
  void theReferenceIsWhereNormalValuesAre() {
    for (Quantity quantity : table.quantities) {
      double sum = Arrays.stream(quantity.reference()).sum();
      assertThat(sum).isBetween(1 - 1e-9, 1 + 1e-9);
    }
    Quantity pressure = table.quantities.get(0);
    double[] edges = pressure.edges();
    assertThat(pressure.bin(edges[3])).isEqualTo(3);
    assertThat(pressure.bin(Math.nextUp(edges[3]))).isEqualTo(4);
    assertThat(pressure.bin(1e30)).isEqualTo(pressure.bins() - 1);
    Quantity mode = table.quantities.get(2);
    assertThat(mode.bin("never seen")).isEqualTo(mode.bins() - 1);
    assertThat(mode.reference()[mode.bins() - 1]).isZero();
  }
}
