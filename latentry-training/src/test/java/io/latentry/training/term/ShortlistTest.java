package io.latentry.training.term;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.training.engine.Device;
import io.latentry.training.engine.TorchOps;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class ShortlistTest {
  private static final int CODES = 600;
  private static final int WIDTH = 120;
  private static final int NEIGHBOURS = 3;
  private static final double FLOOR = 1e-3;
  private static final int QUERIES = 200;

  @Test
  void aShortlistHoldsTheNearestCodesThoughItSeesAFewDirections() {
    CodeTable table = CodeTable.of(1, CODES, WIDTH, rows(CODES, 10, 0.1, 1));
    Shortlist shortlist = shortlist(table, 0.005).orElseThrow();
    assertThat(shortlist.directions()).isLessThan(WIDTH / 3);
    float[] queries = rows(QUERIES, 10, 0.1, 2);
    try (TorchOps ops = new TorchOps(Device.CPU)) {
      Tensor query = ops.tensor(queries, 1, QUERIES, WIDTH);
      int most = NEIGHBOURS + Shortlist.SPARE;
      long[] listed = longs(shortlist.rows(ops, query, most));
      long[] nearest = longs(table.rows(ops, query, NEIGHBOURS));
      int held = 0;
      for (int i = 0; i < QUERIES; i++) {
        Set<Long> own =
            Arrays.stream(listed, i * most, (i + 1) * most).boxed().collect(Collectors.toSet());
        for (int k = 0; k < NEIGHBOURS; k++) {
          held += own.contains(nearest[i * NEIGHBOURS + k]) ? 1 : 0;
        }
      }
      assertThat(held).isGreaterThanOrEqualTo((int) (0.99 * QUERIES * NEIGHBOURS));
    }
  }

  @Test
  void codesThatDifferInEveryDirectionHaveNone() {
    CodeTable table = CodeTable.of(1, CODES, WIDTH, rows(CODES, 0, 1, 1));
    assertThat(shortlist(table, 0.0002)).isEmpty();
  }

  @Test
  void fewOrNarrowCodesHaveNone() {
    assertThat(shortlist(CodeTable.of(1, 100, WIDTH, rows(100, 10, 0.1, 1)), 1)).isEmpty();
    float[] narrow = Arrays.copyOf(rows(CODES, 10, 0.1, 1), CODES * 20);
    assertThat(shortlist(CodeTable.of(1, CODES, 20, narrow), 1)).isEmpty();
  }

  @Test
  void moreDirectionsAreTakenWhereLessMayBeLost() {
    CodeTable table = CodeTable.of(1, CODES, WIDTH, rows(CODES, 60, 0.3, 1));
    assertThat(shortlist(table, 0.0001).orElseThrow().directions())
        .isGreaterThan(shortlist(table, 0.05).orElseThrow().directions());
  }

  @Test
  void theSameSeedGivesTheSameShortlist() {
    CodeTable table = CodeTable.of(1, CODES, WIDTH, rows(CODES, 10, 0.1, 1));
    Shortlist first = shortlist(table, 0.005).orElseThrow();
    Shortlist second = shortlist(table, 0.005).orElseThrow();
    assertThat(second.turn()).containsExactly(first.turn());
    assertThat(second.entries()).containsExactly(first.entries());
  }

  private static Optional<Shortlist> shortlist(CodeTable table, double mostNats) {
    NearestCodes.Found found = NearestCodes.of(table, NEIGHBOURS);
    for (double[] distances : found.distances()) {
      for (int k = 0; k < distances.length; k++) {
        distances[k] = Math.sqrt(distances[k] * distances[k] + FLOOR * FLOOR);
      }
    }
    return Shortlist.of(table, found, NEIGHBOURS, FLOOR, mostNats, new SplittableRandom(7));
  }

  private static long[] longs(Tensor indices) {
    float[] values =
        TorchOps.values(indices.to(org.bytedeco.pytorch.global.torch.ScalarType.Float));
    long[] longs = new long[values.length];
    for (int i = 0; i < longs.length; i++) {
      longs[i] = (long) values[i];
    }
    return longs;
  }

  /** Mixtures of {@code factors} hidden numbers, the same for every seed, and noise. */
  private static float[] rows(int count, int factors, double noise, long seed) {
    SplittableRandom ofMixture = new SplittableRandom(99);
    double[] loadings = ofMixture.doubles((long) factors * WIDTH, -1, 1).toArray();
    SplittableRandom random = new SplittableRandom(seed);
    float[] rows = new float[count * WIDTH];
    for (int i = 0; i < count; i++) {
      double[] hidden = new double[factors];
      Arrays.setAll(hidden, k -> random.nextGaussian());
      for (int j = 0; j < WIDTH; j++) {
        double value = noise * random.nextGaussian();
        for (int k = 0; k < factors; k++) {
          value += loadings[k * WIDTH + j] * hidden[k];
        }
        rows[i * WIDTH + j] = (float) value;
      }
    }
    return rows;
  }
}
