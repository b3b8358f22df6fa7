package io.latentry.core.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.data.NovelValues;
import io.latentry.core.monitoring.WatchedTable.Change;
import io.latentry.core.verdict.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    for (int i = 0; i <= Quantity.indexOfScore(table.quantities); i++) {
      Profile.Counts counts = seen.quantities().get(i);
      assertThat(counts.present() + counts.missing()).isEqualTo(1_000);
      long alarms = Arrays.stream(counts.alarms()).sum() + counts.missingAlarms();
      assertThat(alarms).isEqualTo(seen.anomaly());
    }
    assertThat(seen.quantities().get(0).missing()).isBetween(150L, 250L);
  }

  @Test
  void latentMeansThatTheModelUsesAreCountedOfASampleOfTheRows() {
    List<Quantity> means =
        table.quantities.stream().filter(q -> q.kind() == Quantity.Kind.LATENT).toList();
    assertThat(means).extracting(Quantity::name).containsExactly("latent_mean 1", "latent_mean 3");
    for (int rows : new int[] {100, 5_000}) {
      Profile seen = table.hour(rows, Change.NONE);
      for (Quantity mean : means) {
        Profile.Counts counts = seen.quantities().get(table.quantities.indexOf(mean));
        assertThat(counts.present()).isEqualTo(Math.min(rows, LatentSample.MOST_ROWS));
        assertThat(Arrays.stream(counts.alarms()).sum()).isBetween(0L, 10L);
      }
    }
  }

  @Test
  void everyRowIsAsLikelyToBeInTheSampleAndFewAreAskedFor() {
    List<Quantity> mean =
        table.quantities.stream().filter(q -> q.kind() == Quantity.Kind.LATENT).limit(1).toList();
    LatentSample sample = new LatentSample(mean, 3);
    int rows = 100_000;
    Map<Long, Integer> asked = new HashMap<>();
    for (int row = 0; row < rows; row++) {
      int at = row;
      sample.draw().ifPresent(number -> asked.put(number, at));
    }
    int[] kept =
        asked.entrySet().stream()
            .filter(of -> sample.has(of.getKey()))
            .mapToInt(Map.Entry::getValue)
            .toArray();
    assertThat(kept).hasSize(LatentSample.MOST_ROWS);
    // The mean of so many places varies by rows / sqrt(12 * 256), which is 1,804.
    assertThat(Arrays.stream(kept).average().orElseThrow()).isBetween(42_000.0, 58_000.0);
    // 256 * (1 + ln(100,000 / 256)) is 1,784.
    assertThat(asked.size()).isBetween(1_600, 2_000);
  }

  @Test
  void ofAnArtifactWithoutLatentMeansNoRowIsAskedFor() {
    List<Quantity> others =
        table.quantities.subList(0, Quantity.indexOfScore(table.quantities) + 1);
    assertThat(new ProfileCounter(others, 1).sampled()).isEmpty();
    assertThat(new ProfileCounter(List.of(), 1).sampled()).isEmpty();
  }

  @Test
  void aRowWhoseMeansNeverCameAndOneThatGaveItsPlaceAwayAreNotCounted() {
    ProfileCounter counter = new ProfileCounter(table.quantities, 4);
    long early = counter.sampled().orElseThrow();
    while (counter.isSampled(early)) {
      var unused = counter.sampled();
    }
    counter.latentMeans(early, new float[3], Verdict.NORMAL);
    int latent = Quantity.indexOfScore(table.quantities) + 1;
    assertThat(counter.profile().quantities().get(latent).present()).isZero();
  }

  @Test
  void hoursFromBeforeLatentMeansWereCountedAddUp() throws IOException {
    byte[] before;
    try (InputStream packed =
        getClass().getResourceAsStream("profile-without-latent-means.json.gz")) {
      before = packed.readAllBytes();
    }
    Profile old = Profile.unpacked(before);
    Profile fresh = new WatchedTable(1).hour(1_000, new Change(0.3, 1, 0.1, 0.1));
    int columns = Quantity.indexOfScore(table.quantities) + 1;
    assertThat(old.quantities()).hasSize(columns);
    // The same rows, counted by what is older than latent means.
    assertThat(fresh.quantities().subList(0, columns))
        .usingRecursiveComparison()
        .isEqualTo(old.quantities());

    Profile padded = Profile.none(table.quantities).plus(old);
    assertThat(padded.quantities()).hasSameSizeAs(table.quantities);
    assertThat(padded.quantities().get(columns).present()).isZero();
    for (Profile both : List.of(old.plus(fresh), fresh.plus(old))) {
      assertThat(both.judged()).isEqualTo(2_000);
      assertThat(both.quantities().get(0).present())
          .isEqualTo(2 * old.quantities().get(0).present());
      assertThat(both.quantities().get(columns).present()).isEqualTo(LatentSample.MOST_ROWS);
    }
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
