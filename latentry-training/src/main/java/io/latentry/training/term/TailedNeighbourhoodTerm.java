package io.latentry.training.term;

import io.latentry.core.graph.Ops;
import io.latentry.core.preprocessing.Block;
import io.latentry.core.preprocessing.Features;
import io.latentry.training.engine.PreparedSamples;
import io.latentry.training.model.ForwardPass;
import java.util.List;

/**
 * The neighbourhood term, raised where a row lies unusually far out in the margins of its columns:
 * {@code neighbourhood + }{@value #TAIL_WEIGHT}{@code * range * excess}, in nats, the range being
 * the neighbourhood term's own over normal rows.
 *
 * <p>The two see different things. The neighbourhood finds combinations that do not occur, and is
 * lenient where normal rows themselves are sparse, as they are in long tails; there the margins
 * speak, and elsewhere they are silent.
 */
public final class TailedNeighbourhoodTerm implements LatentTerm {
  private static final double TAIL_WEIGHT = 1.5;

  private final NeighbourhoodTerm neighbourhood;
  private final MarginalTails tails;
  private final float weight;

  private TailedNeighbourhoodTerm(NeighbourhoodTerm neighbourhood, MarginalTails tails) {
    this.neighbourhood = neighbourhood;
    this.tails = tails;
    this.weight = (float) (TAIL_WEIGHT * neighbourhood.range());
  }

  /**
   * @param neighbourhood fitted on codes of {@code rows}
   * @param rows training rows, all of them
   */
  public static TailedNeighbourhoodTerm fit(
      NeighbourhoodTerm neighbourhood,
      List<Block> blocks,
      Features features,
      PreparedSamples rows) {
    return new TailedNeighbourhoodTerm(neighbourhood, MarginalTails.fit(blocks, features, rows));
  }

  @Override
  public <T> T evaluate(ForwardPass<T> pass) {
    Ops<T> ops = pass.ops();
    T excess = tails.excess(ops, tails.byColumn(ops, pass.rows()));
    return ops.add(neighbourhood.evaluate(pass), ops.mul(excess, ops.scalar(weight)));
  }

  /**
   * The neighbourhood's share and, as far as the margins raised the term, theirs: both as shares of
   * one, the margins' times how many ranges they added.
   */
  @Override
  public <T> T attribution(ForwardPass<T> pass, Features features) {
    Ops<T> ops = pass.ops();
    T byColumn = tails.byColumn(ops, pass.rows());
    T raised = ops.unsqueeze(tails.excess(ops, byColumn), -1);
    return ops.add(
        Shares.of(ops, neighbourhood.attribution(pass, features)),
        ops.mul(Shares.of(ops, byColumn), ops.mul(raised, ops.scalar((float) TAIL_WEIGHT))));
  }
}
