package io.latentry.training.model.architecture;

import io.latentry.core.graph.Ops;
import io.latentry.core.preprocessing.Block;
import io.latentry.training.model.layer.Mlp;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
import java.util.ArrayList;
import java.util.List;

/**
 * Dense layers with SiLU. A category of many outcomes first goes through a learned embedding, which
 * is a matrix product with its one-hot entries.
 */
public final class MlpEncoder implements Encoder {
  private static final int WIDEST_EMBEDDING = 16;

  private final int width;
  private final int plainWidth;
  private final List<Embedding> embeddings;
  private final Mlp mlp;
  private final int inputWidth;

  private record Embedding(Block block, Parameter table) {}

  /**
   * @param blocks in the order of their offsets, categories last
   * @param embedAbove one-hot entries above which a category is embedded
   */
  public MlpEncoder(List<Block> blocks, List<Integer> hidden, int embedAbove) {
    embeddings = new ArrayList<>();
    int plain = 0;
    for (Block block : blocks) {
      if (block.kind() == Block.Kind.CATEGORICAL && block.width() > embedAbove) {
        int width = Math.min(WIDEST_EMBEDDING, (block.width() + 1) / 2);
        embeddings.add(
            new Embedding(
                block,
                new Parameter(
                    "encoder.embedding." + block.column(),
                    new long[] {block.width(), width},
                    1 / Math.sqrt(width))));
      } else {
        plain += block.width();
      }
    }
    plainWidth = plain;
    inputWidth = plain + embeddings.stream().mapToInt(e -> (int) e.table().shape()[1]).sum();
    mlp = Mlp.of("encoder", inputWidth, hidden);
    Block last = blocks.get(blocks.size() - 1);
    width = last.offset() + last.width();
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>();
    embeddings.forEach(embedding -> parameters.add(embedding.table()));
    parameters.addAll(mlp.parameters());
    return parameters;
  }

  @Override
  public int width() {
    return mlp.width(inputWidth);
  }

  @Override
  public <T> T encode(Ops<T> ops, Weights<T> weights, T x) {
    return mlp.apply(ops, weights, embeddings.isEmpty() ? x : embedded(ops, weights, x));
  }

  /** Plain entries first, then the embeddings: {@code [members, batch, inputWidth]}. */
  private <T> T embedded(Ops<T> ops, Weights<T> weights, T x) {
    List<T> embedded = new ArrayList<>();
    List<T> plain = new ArrayList<>();
    int from = 0;
    for (Embedding embedding : embeddings) {
      Block block = embedding.block();
      if (block.offset() > from) {
        plain.add(ops.slice(x, -1, from, block.offset()));
      }
      T oneHot = ops.slice(x, -1, block.offset(), block.offset() + (long) block.width());
      embedded.add(ops.matmul(oneHot, weights.get(embedding.table().name())));
      from = block.offset() + block.width();
    }
    if (from < width) {
      plain.add(ops.slice(x, -1, from, width));
    }
    if (plainWidth == 0) {
      return ops.concat(-1, embedded);
    }
    // The plain entries have no member axis when all members see the same rows; adding a zero of
    // the embedding's shape gives them one.
    T memberAxis = ops.mul(ops.slice(embedded.get(0), -1, 0, 1), ops.scalar(0));
    embedded.add(0, ops.add(ops.concat(-1, plain), memberAxis));
    return ops.concat(-1, embedded);
  }
}
