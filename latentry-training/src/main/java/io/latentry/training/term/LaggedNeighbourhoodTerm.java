package io.latentry.training.term;

import io.latentry.core.data.Windows;
import io.latentry.core.graph.Ops;
import io.latentry.core.preprocessing.Features;
import io.latentry.core.preprocessing.LagPreprocessor;
import io.latentry.training.engine.Engine;
import io.latentry.training.engine.PreparedSamples;
import io.latentry.training.engine.TorchOps;
import io.latentry.training.model.ForwardPass;
import io.latentry.training.model.Vae;
import io.latentry.training.model.layer.NamedWeight;
import io.latentry.training.model.layer.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * How far a window lies from the nearest stored ones, in several {@link Sight}s: the point itself,
 * the last few points, the movement about their level, its shape, and the joint code of the model.
 * Each distance is a logarithm, in interquartile ranges above the median of held-out normal
 * windows, cut to {@code [0, }{@value #MOST}{@code ]}; the term is their mean.
 *
 * <p>Lags count the less the older they are ({@code exp(-lag / }{@value #FADING}{@code )}): a
 * window whose points count alike comes half its length too late. What is usual in one sight is cut
 * at zero, so that its noise does not hide what is strange in another.
 *
 * <p>Held out is in order: windows are ordered key by key, each key in time, and cut into
 * stretches. A distance that calibrates a sight is taken to windows of other stretches alone, none
 * of which shares a point with it: to other times of one series, to other keys where there are
 * many.
 */
public final class LaggedNeighbourhoodTerm implements LatentTerm {
  private static final double FADING = 16;
  private static final double FADING_FAST = 4;
  private static final double FADING_RECENT = 1;
  private static final int RECENT = 8;
  private static final double FADING_OF_MANY = 8;
  private static final int SHAPE_OF_MANY = 32;
  private static final float MOST = 10;
  private static final float LEAST_SPREAD = 0.05f;
  private static final float RESIDUAL_WEIGHT = 2;
  private static final double CODE_WEIGHT = 0.5;

  /**
   * The exponent of a stored window's own distance. One whole usual distance stands under it, so
   * that repeated windows, which have none, are no places of their own.
   */
  private static final float LOCAL = 0.5f;

  /** The floor under distances, as a share of the median one. */
  private static final double FLOOR_SHARE = 0.05;

  /** Least floor, as a share of the windows' spread: far above the rounding of float32. */
  private static final double SPREAD_SHARE = 0.005;

  private static final double LEAST_RANGE = 0.02;

  /** Stretches of time, each of which is judged by the others. */
  private static final int STRETCHES = 5;

  private static final int WINDOWS_OF_A_STRETCH = 600;

  /** Codes beyond the nearest that the exact distances may still bring in. */
  private static final int SPARE = 3;

  private static final int BATCH = 1_024;
  private static final float FAR = 1e30f;

  /** What is looked at. */
  enum Sight {
    /** The newest point. */
    NOW,
    /** The last points, by their levels. */
    RECENT,
    /** The window less its own level. */
    MOVEMENT,
    /** The same in units of its own spread. */
    SHAPE,
    /** What the model expects, what it does not, and its code. */
    CODE
  }

  /**
   * The windows stored for a sight.
   *
   * @param center {@code float[members * width]}: of the table's entries
   * @param logOwn {@code float[members * codes]}: {@link #LOCAL} times the logarithm of each stored
   *     window's own distance, less the median
   */
  private record Memory(
      Sight sight,
      CodeTable table,
      float[] center,
      float[] logOwn,
      float floor,
      float median,
      float range) {}

  private final LagPreprocessor view;
  private final int neighbours;
  private final float[] unitScale;
  private final List<Memory> memories;

  private LaggedNeighbourhoodTerm(
      LagPreprocessor view, int neighbours, float[] unitScale, List<Memory> memories) {
    this.view = view;
    this.neighbours = neighbours;
    this.unitScale = unitScale;
    this.memories = List.copyOf(memories);
  }

  /**
   * @param windows known normal ones
   * @param most windows that are stored
   */
  public static LaggedNeighbourhoodTerm fit(
      Vae vae,
      Map<String, NamedWeight> weights,
      LagPreprocessor view,
      Windows windows,
      int most,
      int neighbours,
      SplittableRandom random) {
    Integer[] inTime = new Integer[windows.count()];
    Arrays.setAll(inTime, i -> i);
    Arrays.sort(inTime, (a, b) -> Integer.compare(windows.end(a), windows.end(b)));
    int[] stretch = new int[windows.count()];
    for (int place = 0; place < inTime.length; place++) {
      stretch[inTime[place]] = (int) ((long) place * STRETCHES / inTime.length);
    }
    int[] stored = IntStream.range(0, windows.count()).toArray();
    if (windows.count() > most) {
      stored = PreparedSamples.draw(windows.count(), most, random);
      Arrays.sort(stored);
    }
    int[] judged = middles(inTime);
    PreparedSamples memory = PreparedSamples.of(view, windows.select(stored));
    PreparedSamples heldOut = PreparedSamples.of(view, windows.select(judged));
    if (memory.count() != stored.length || heldOut.count() != judged.length) {
      throw new IllegalArgumentException("windows: some cannot be judged (expected: none)");
    }
    float[] unitScale = unitScale(vae, weights, view, memory);
    LaggedNeighbourhoodTerm looking =
        new LaggedNeighbourhoodTerm(view, neighbours, unitScale, List.of());
    List<Memory> memories = new ArrayList<>();
    for (Sight sight : Sight.values()) {
      memories.add(
          looking.memory(
              sight,
              vae,
              looking.queries(sight, vae, weights, memory),
              looking.queries(sight, vae, weights, heldOut),
              new Places(windows, stored, stretch),
              new Places(windows, judged, stretch)));
    }
    return new LaggedNeighbourhoodTerm(
        view, Math.min(neighbours, Math.max(1, stored.length - 1)), unitScale, memories);
  }

  /** Where in the series some windows are. */
  private record Places(Windows windows, int[] chosen, int[] stretches) {
    int count() {
      return chosen.length;
    }

    int end(int i) {
      return windows.end(chosen[i]);
    }

    int stretch(int i) {
      return stretches[chosen[i]];
    }
  }

  /** Windows in the middle of each stretch, as many as are needed, evenly spaced. */
  private static int[] middles(Integer[] inTime) {
    List<Integer> middles = new ArrayList<>();
    for (int s = 0; s < STRETCHES; s++) {
      int from = (int) ((long) inTime.length * s / STRETCHES);
      int to = (int) ((long) inTime.length * (s + 1) / STRETCHES);
      int quarter = (to - from) / 4;
      int length = Math.max(1, to - from - 2 * quarter);
      int count = Math.min(length, WINDOWS_OF_A_STRETCH);
      for (int i = 0; i < count && from + quarter + length <= inTime.length; i++) {
        middles.add(inTime[from + quarter + (int) ((long) i * length / count)]);
      }
    }
    return middles.stream().mapToInt(i -> i).toArray();
  }

  private Memory memory(
      Sight sight, Vae vae, float[] stored, float[] judged, Places storedAt, Places judgedAt) {
    int members = sight == Sight.CODE ? vae.members() : 1;
    int count = storedAt.count();
    int width = stored.length / (members * count);
    float[] center = new float[members * width];
    for (int m = 0; m < members; m++) {
      for (int j = 0; j < width; j++) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
          sum += stored[(m * count + i) * width + j];
        }
        center[m * width + j] = (float) (sum / count);
      }
    }
    float[] values = less(stored, center, members, count, width);
    float[] queries = less(judged, center, members, judgedAt.count(), width);
    double spread = spread(values, width);
    double[][] own = new double[members * count][];
    double[][] held = new double[members * judgedAt.count()][];
    int[][] heldRows = new int[held.length][];
    for (int m = 0; m < members; m++) {
      Near ownNear = near(values, values, m, count, count, width, storedAt, storedAt, false);
      Near heldNear =
          near(values, queries, m, count, judgedAt.count(), width, storedAt, judgedAt, true);
      System.arraycopy(ownNear.distances, 0, own, m * count, count);
      System.arraycopy(heldNear.distances, 0, held, m * judgedAt.count(), judgedAt.count());
      System.arraycopy(heldNear.rows, 0, heldRows, m * judgedAt.count(), judgedAt.count());
    }
    double usual =
        NearestCodes.median(
            Arrays.stream(held).mapToDouble(d -> NearestCodes.mean(d, neighbours)).toArray());
    double floor = Math.max(FLOOR_SHARE * usual, SPREAD_SHARE * spread) + 1e-6;
    float[] logOwn = new float[members * count];
    for (int i = 0; i < logOwn.length; i++) {
      double distance = NearestCodes.mean(own[i], neighbours) + Math.max(usual, floor);
      logOwn[i] = (float) (LOCAL * Math.log(distance));
    }
    centre(logOwn, count);
    double[] terms = new double[judgedAt.count()];
    for (int i = 0; i < held.length; i++) {
      int m = i / judgedAt.count();
      double ownMean = 0;
      for (int row : heldRows[i]) {
        ownMean += logOwn[m * count + row] / heldRows[i].length;
      }
      terms[i % judgedAt.count()] += (Math.log(soft(held[i], floor)) - ownMean) / members;
    }
    RobustScale scale = RobustScale.of(terms, LEAST_RANGE);
    return new Memory(
        sight,
        CodeTable.of(members, count, width, values),
        center,
        logOwn,
        (float) floor,
        (float) scale.median(),
        (float) scale.range());
  }

  /** Less the median of each member, which stands for codes that are not told apart. */
  private static void centre(float[] logOwn, int count) {
    for (int from = 0; from < logOwn.length; from += count) {
      double[] own = new double[count];
      for (int i = 0; i < count; i++) {
        own[i] = logOwn[from + i];
      }
      float usual = (float) NearestCodes.median(own);
      for (int i = 0; i < count; i++) {
        logOwn[from + i] -= usual;
      }
    }
  }

  /** The mean distance with the floor under it. */
  private double soft(double[] distances, double floor) {
    return Arrays.stream(distances)
        .limit(neighbours)
        .map(d -> Math.sqrt(d * d + floor * floor))
        .average()
        .orElse(floor);
  }

  private static double spread(float[] values, int width) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares / Math.max(1, values.length / width));
  }

  private static float[] less(float[] values, float[] center, int members, int count, int width) {
    float[] centred = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      int m = i / (count * width);
      centred[i] = values[i] - center[(members == 1 ? 0 : m) * width + i % width];
    }
    return centred;
  }

  /** Distances, nearest first, and the rows of the table. */
  private record Near(double[][] distances, int[][] rows) {}

  /**
   * The stored windows nearest to each query that share no point with it, and are not of its
   * stretch of time.
   */
  @SuppressWarnings("try") // Scope and guard are closed for their effect.
  private Near near(
      float[] values,
      float[] queries,
      int member,
      int count,
      int asked,
      int width,
      Places storedAt,
      Places askedAt,
      boolean otherStretches) {
    double[][] distances = new double[asked][];
    int[][] rows = new int[asked][];
    float[] codes =
        Arrays.copyOfRange(values, member * count * width, (member + 1) * count * width);
    float[] norms = new float[count];
    for (int i = 0; i < codes.length; i++) {
      norms[i / width] += codes[i] * codes[i];
    }
    int k = Math.min(neighbours, count);
    int size = view.spec().size();
    try (PointerScope all = new PointerScope();
        NoGradGuard guard = new NoGradGuard();
        TorchOps ops = new TorchOps(Engine.device())) {
      Tensor turned = ops.transpose(ops.tensor(codes, count, width), 1, 0);
      Tensor squares = ops.tensor(norms, 1, count);
      for (int from = 0; from < asked; from += BATCH) {
        int batch = Math.min(BATCH, asked - from);
        float[] some =
            Arrays.copyOfRange(
                queries, (member * asked + from) * width, (member * asked + from + batch) * width);
        float[] apart = new float[batch * count];
        for (int i = 0; i < batch; i++) {
          for (int j = 0; j < count; j++) {
            boolean shares = Math.abs(storedAt.end(j) - askedAt.end(from + i)) < size;
            boolean same = otherStretches && storedAt.stretch(j) == askedAt.stretch(from + i);
            apart[i * count + j] = shares || same ? FAR : 0;
          }
        }
        try (PointerScope chunk = new PointerScope()) {
          Tensor near =
              ops.add(
                  ops.sub(
                      squares,
                      ops.mul(ops.matmul(ops.tensor(some, batch, width), turned), ops.scalar(2))),
                  ops.tensor(apart, batch, count));
          float[] places = TorchOps.values(ops.smallest(near, k).indices().to(ScalarType.Float));
          for (int i = 0; i < batch; i++) {
            int own = i;
            rows[from + i] =
                IntStream.range(0, k)
                    .map(n -> (int) places[own * k + n])
                    .filter(row -> apart[own * count + row] == 0)
                    .toArray();
            if (rows[from + i].length == 0) {
              rows[from + i] = new int[] {(int) places[own * k]};
            }
            distances[from + i] =
                IntStream.of(rows[from + i])
                    .mapToDouble(row -> distance(codes, row, some, own, width))
                    .sorted()
                    .toArray();
          }
        }
      }
    }
    return new Near(distances, rows);
  }

  private static double distance(float[] codes, int row, float[] queries, int query, int width) {
    double sum = 0;
    for (int j = 0; j < width; j++) {
      double away = (double) codes[row * width + j] - queries[query * width + j];
      sum += away * away;
    }
    return Math.sqrt(sum);
  }

  /** {@code float[members * samples * width]}: what a sight sees of samples. */
  @SuppressWarnings("try") // Scope and guard are closed for their effect.
  private float[] queries(
      Sight sight, Vae vae, Map<String, NamedWeight> weights, PreparedSamples samples) {
    int members = sight == Sight.CODE ? vae.members() : 1;
    float[] queries = new float[0];
    int width = 0;
    for (int from = 0; from < samples.count(); from += BATCH) {
      int batch = Math.min(BATCH, samples.count() - from);
      try (PointerScope scope = new PointerScope();
          NoGradGuard guard = new NoGradGuard();
          TorchOps ops = new TorchOps(Engine.device())) {
        float[] part =
            TorchOps.values(
                query(
                    sight,
                    new ForwardPass<>(
                        ops, vae, Weights.of(ops, weights), samples.take(ops, from, batch))));
        if (queries.length == 0) {
          width = part.length / (members * batch);
          queries = new float[members * samples.count() * width];
        }
        for (int m = 0; m < members; m++) {
          System.arraycopy(
              part,
              m * batch * width,
              queries,
              (m * samples.count() + from) * width,
              batch * width);
        }
      }
    }
    return queries;
  }

  /** Half as much for all units of the code together as for what the model expects. */
  private static float[] unitScale(
      Vae vae, Map<String, NamedWeight> weights, LagPreprocessor view, PreparedSamples memory) {
    Codes codes = Codes.of(vae, weights, memory);
    double[] scale = codeScale(view);
    float[] units = new float[codes.members() * codes.latent()];
    for (int m = 0; m < codes.members(); m++) {
      double expected = 0;
      for (int j = 0; j < codes.width(); j++) {
        double deviation = view.deviations().isEmpty() ? 1 : view.deviations().get(j);
        double size = scale[j] * deviation;
        expected += size * size * codes.moments(codes.expected(), codes.width(), m, j)[1];
      }
      double spread = 0;
      for (int j = 0; j < codes.latent(); j++) {
        spread += codes.moments(codes.mean(), codes.latent(), m, j)[1];
      }
      double unit = spread > 1e-9 ? CODE_WEIGHT * Math.sqrt(expected / spread) : 0;
      Arrays.fill(units, m * codes.latent(), (m + 1) * codes.latent(), (float) unit);
    }
    return units;
  }

  /** {@code double[width]}: what entries count in the joint code, as recent and as movement. */
  private static double[] codeScale(LagPreprocessor view) {
    double[] fast = view.lags().weights(FADING_FAST, view.spec().size());
    double[] slow = view.lags().weights(FADING, view.spec().size());
    int entries = view.points().width();
    double[] scale = new double[fast.length * entries];
    for (int e = 0; e < scale.length; e++) {
      scale[e] = Math.sqrt(fast[e / entries] + slow[e / entries]);
    }
    return scale;
  }

  /** {@code [members, batch, width of the sight]}. */
  private <T> T query(Sight sight, ForwardPass<T> pass) {
    Ops<T> ops = pass.ops();
    if (sight == Sight.CODE) {
      return code(pass);
    }
    int blocks = view.lags().count();
    int entries = view.points().width();
    T y = ops.reshape(view.inPointDeviations(ops, pass.rows().x()), 0, blocks, entries);
    double[] slow = view.lags().weights(FADING, view.spec().size());
    int seen = blocks;
    T values = y;
    double[] weights = slow;
    switch (sight) {
      case NOW -> {
        seen = 1;
        values = ops.slice(y, 1, 0, 1);
        weights = new double[] {1};
      }
      case RECENT -> {
        weights = view.lags().weights(FADING_RECENT, RECENT);
        seen = (int) Arrays.stream(weights).filter(w -> w > 0).count();
        values = ops.slice(y, 1, 0, seen);
      }
      case MOVEMENT -> values = moved(ops, y, slow);
      case SHAPE -> {
        weights = entries == 1 ? slow : view.lags().weights(FADING_OF_MANY, SHAPE_OF_MANY);
        T moved = moved(ops, y, weights);
        T variance = ops.matmul(row(ops, weights), ops.square(moved));
        values = ops.div(moved, ops.add(ops.sqrt(variance), ops.scalar(LEAST_SPREAD)));
      }
      default -> throw new IllegalArgumentException("sight: " + sight);
    }
    float[] scale = new float[seen];
    for (int b = 0; b < seen; b++) {
      scale[b] = (float) Math.sqrt(weights[b]);
    }
    T weighted = ops.mul(values, ops.constant(scale, 1, seen, 1));
    return ops.unsqueeze(ops.reshape(weighted, 0, (long) seen * entries), 0);
  }

  /** The window less its weighted mean: {@code [batch, blocks, entries]}. */
  private static <T> T moved(Ops<T> ops, T y, double[] weights) {
    return ops.sub(y, ops.matmul(row(ops, weights), y));
  }

  private static <T> T row(Ops<T> ops, double[] weights) {
    float[] row = new float[weights.length];
    for (int b = 0; b < row.length; b++) {
      row[b] = (float) weights[b];
    }
    return ops.constant(row, 1, 1, row.length);
  }

  /** {@code [expected; 2 * residual; scale * mean]}, as of a table's row. */
  private <T> T code(ForwardPass<T> pass) {
    Ops<T> ops = pass.ops();
    double[] weights = codeScale(view);
    float[] scale = new float[weights.length];
    for (int e = 0; e < scale.length; e++) {
      float deviation = view.deviations().isEmpty() ? 1 : view.deviations().get(e);
      scale[e] = (float) weights[e] * deviation;
    }
    T entries = ops.constant(scale, 1, 1, scale.length);
    int members = pass.vae().members();
    T units = ops.constant(unitScale, members, 1, unitScale.length / members);
    return ops.concat(
        -1,
        List.of(
            ops.mul(pass.expected(), entries),
            ops.mul(ops.mul(pass.residual(), entries), ops.scalar(RESIDUAL_WEIGHT)),
            ops.mul(pass.mean(), units)));
  }

  @Override
  public <T> T evaluate(ForwardPass<T> pass) {
    Ops<T> ops = pass.ops();
    T sum = null;
    for (Memory memory : memories) {
      T excess = excess(memory, pass);
      sum = sum == null ? excess : ops.add(sum, excess);
    }
    if (sum == null) {
      throw new IllegalStateException("memories: none");
    }
    return ops.mul(sum, ops.scalar(1f / memories.size()));
  }

  /** {@code [batch]}: how far beyond usual in one sight, 0 to {@value #MOST}. */
  private <T> T excess(Memory memory, ForwardPass<T> pass) {
    Ops<T> ops = pass.ops();
    int candidates = Math.min(neighbours + SPARE, memory.table().codes());
    CodeTable.Nearest<T> nearest = memory.table().nearest(ops, centred(memory, pass), candidates);
    T floor = ops.scalar(memory.floor());
    T distances = ops.sqrt(ops.add(nearest.squaredDistances(), ops.square(floor)));
    int ranked = Math.min(neighbours + 1, candidates);
    T ascending = ops.smallest(distances, ranked).values();
    T mean = ops.mean(ops.slice(ascending, -1, 0, Math.min(neighbours, candidates)), -1, false);
    // Weights that fall to zero at the first beyond, and the median of all with that of the floor:
    // neither a flip in the order of two nor which of many equally near ones were found counts.
    T beyond = ops.slice(ascending, -1, ranked - 1L, ranked);
    T told = ops.mul(beyond, ops.scalar(1 - NeighbourhoodTerm.ROUNDING));
    T weight = ops.relu(ops.sub(told, distances));
    T own = memory.table().lookUp(ops, memory.logOwn(), nearest.rows());
    T meanOwn =
        ops.div(
            ops.sum(ops.mul(weight, own), -1, false), ops.add(ops.sum(weight, -1, false), floor));
    T nats = ops.mean(ops.sub(ops.log(mean), meanOwn), 0, false);
    T ranges = ops.mul(ops.sub(nats, ops.scalar(memory.median())), ops.scalar(1 / memory.range()));
    return ops.clip(ranges, 0, MOST);
  }

  private <T> T centred(Memory memory, ForwardPass<T> pass) {
    int members = memory.table().members();
    return pass.ops()
        .sub(
            query(memory.sight(), pass),
            pass.ops().constant(memory.center(), members, 1, memory.table().width()));
  }

  /** An entry's part of the squared distances, by what each sight has to do with the term. */
  @Override
  public <T> T attribution(ForwardPass<T> pass, Features features) {
    Ops<T> ops = pass.ops();
    T sum = null;
    for (Memory memory : memories) {
      T query = centred(memory, pass);
      CodeTable.Nearest<T> nearest =
          memory.table().nearest(ops, query, Math.min(neighbours, memory.table().codes()));
      T squares =
          ops.mean(
              ops.mean(memory.table().squares(ops, query, nearest.rows()), 2, false), 0, false);
      T share =
          ops.mul(
              Shares.of(ops, byEntry(ops, memory.sight(), squares)),
              ops.unsqueeze(ops.add(excess(memory, pass), ops.scalar(1e-3f)), -1));
      sum = sum == null ? share : ops.add(sum, share);
    }
    if (sum == null) {
      throw new IllegalStateException("memories: none");
    }
    return features.sum(ops, sum);
  }

  /** {@code [batch, width of the vector]}. */
  private <T> T byEntry(Ops<T> ops, Sight sight, T squares) {
    int width = view.width();
    if (sight == Sight.CODE) {
      return ops.add(ops.slice(squares, -1, 0, width), ops.slice(squares, -1, width, 2L * width));
    }
    int seen =
        switch (sight) {
          case NOW -> view.points().width();
          case RECENT ->
              view.points().width()
                  * (int)
                      Arrays.stream(view.lags().weights(FADING_RECENT, RECENT))
                          .filter(w -> w > 0)
                          .count();
          default -> width;
        };
    if (seen == width) {
      return squares;
    }
    T nothing =
        ops.mul(
            ops.slice(squares, -1, 0, 1), ops.constant(new float[width - seen], 1, width - seen));
    return ops.concat(-1, List.of(squares, nothing));
  }
}
