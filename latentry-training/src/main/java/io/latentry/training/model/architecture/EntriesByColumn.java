package io.latentry.training.model.architecture;

import io.latentry.core.graph.Ops;
import io.latentry.core.preprocessing.Block;
import java.util.ArrayList;
import java.util.List;

/** Sums the entries of the model's vector that came from one schema column. */
public final class EntriesByColumn {
  private final List<Block> blocks;
  private final PiecesByColumn pieces;

  /**
   * @param blocks in the order of their offsets
   * @param columns of the schema
   */
  public EntriesByColumn(List<Block> blocks, int columns) {
    this.blocks = List.copyOf(blocks);
    this.pieces = new PiecesByColumn(blocks.stream().map(Block::column).toList(), columns);
  }

  /**
   * @param entries {@code [..., width]}
   * @return {@code [..., columns]}
   */
  public <T> T sum(Ops<T> ops, T entries) {
    List<T> parts = new ArrayList<>();
    int from = 0;
    for (Block block : blocks) {
      // Single entries go together; a wide block is one piece.
      if (block.width() > 1) {
        if (block.offset() > from) {
          parts.add(ops.slice(entries, -1, from, block.offset()));
        }
        int end = block.offset() + block.width();
        parts.add(ops.sum(ops.slice(entries, -1, block.offset(), end), -1, true));
        from = end;
      }
    }
    Block last = blocks.get(blocks.size() - 1);
    int width = last.offset() + last.width();
    if (from < width) {
      parts.add(ops.slice(entries, -1, from, width));
    }
    return pieces.sum(ops, ops.concat(-1, parts));
  }
}
