package io.latentry.spark;

import io.latentry.core.graph.Output;
import io.latentry.core.monitoring.Profile;
import io.latentry.core.monitoring.ProfileCounter;
import io.latentry.core.monitoring.Quantity;
import io.latentry.core.verdict.Verdict;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.spark.util.AccumulatorV2;

/**
 * What a pass over a table saw: verdicts, reasons, novelties and a {@link Profile}, merged at the
 * driver. A partition counts once, however often its task ran: by failure, by speculation, or since
 * the table is asked for again. It says what was seen once an action has gone over every row.
 *
 * <p>The driver keeps a packed profile for each partition, a few kilobytes.
 */
public final class SeenRows extends AccumulatorV2<SeenRows.Part, List<Profile>> {
  private static final long serialVersionUID = 1;

  /** Neighbouring partitions are told as one beyond it. */
  static final int MOST_PARTS = 64;

  /** Memory must not grow with the rows, whatever is wrong with each of them. */
  private static final int MOST_KINDS = 100;

  private static final Pattern VALUE = Pattern.compile(": '.*'(?= \\(expected|$)", Pattern.DOTALL);

  /** By partition; a packed profile, since that is what travels. */
  private final NavigableMap<Integer, byte[]> parts = new TreeMap<>();

  /**
   * What a partition's task saw.
   *
   * @param packed a {@link Profile}
   */
  public record Part(int partition, byte[] packed) {}

  @Override
  public boolean isZero() {
    return parts.isEmpty();
  }

  @Override
  public SeenRows copy() {
    SeenRows copy = new SeenRows();
    copy.parts.putAll(parts);
    return copy;
  }

  @Override
  public void reset() {
    parts.clear();
  }

  @Override
  public void add(Part part) {
    parts.put(part.partition(), part.packed());
  }

  @Override
  public void merge(AccumulatorV2<Part, List<Profile>> other) {
    ((SeenRows) other).parts.forEach(parts::putIfAbsent);
  }

  /** Of up to {@value #MOST_PARTS} stretches of neighbouring partitions, in their order. */
  @Override
  public List<Profile> value() {
    List<byte[]> packed = List.copyOf(parts.values());
    int stretches = Math.min(MOST_PARTS, packed.size());
    List<Profile> profiles = new ArrayList<>(stretches);
    for (int s = 0; s < stretches; s++) {
      int from = (int) ((long) s * packed.size() / stretches);
      int to = (int) ((s + 1L) * packed.size() / stretches);
      profiles.add(
          packed.subList(from, to).stream()
              .map(Profile::unpacked)
              .reduce(Profile::plus)
              .orElseThrow());
    }
    return profiles;
  }

  /** Counts the partition that a task has. */
  RowRuns.Listener counting(Scorer scorer, int partition) {
    return new Counting(scorer, partition);
  }

  private final class Counting implements RowRuns.Listener {
    private final int partition;
    private final ProfileCounter counter;
    private final Set<String> kinds = new HashSet<>();

    Counting(Scorer scorer, int partition) {
      this.partition = partition;
      this.counter = new ProfileCounter(Quantity.of(scorer.manifest()));
    }

    @Override
    public void judged(JudgedRows run) {
      Judgements judged = run.judgements();
      float[] reconstruction = judged.scores().values(Output.RECONSTRUCTION_TERM);
      float[] latent = judged.scores().values(Output.LATENT_TERM);
      for (int i = 0; i < judged.count(); i++) {
        counter.novel(judged.scores().novelties(i));
        Verdict verdict = judged.verdict(i);
        if (verdict == Verdict.UNSCORABLE) {
          counter.unscorable(kind(judged.reason(i)));
        } else {
          double[] outputs = {reconstruction[i], latent[i], judged.score(i)};
          counter.judged(run.read(), i, verdict, outputs);
        }
      }
    }

    /** The part of a reason that many rows share. */
    private String kind(String reason) {
      String kind = VALUE.matcher(reason).replaceFirst("");
      return kinds.contains(kind) || (kinds.size() < MOST_KINDS && kinds.add(kind))
          ? kind
          : "another reason";
    }

    @Override
    public void ended() {
      add(new Part(partition, counter.profile().packed()));
    }
  }
}
