package io.latentry.core.preprocessing;

import io.latentry.core.graph.Ops;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The features of a table: its columns, in schema order. */
public final class ColumnFeatures implements Features {
  private final List<String> names;
  private final List<Block> blocks;
  private final int[] owners;
  private final PiecesByFeature pieces;

  /**
   * @param names of the columns
   * @param blocks in the order of their offsets
   */
  public ColumnFeatures(List<String> names, List<Block> blocks) {
    this.names = List.copyOf(names);
    this.blocks = List.copyOf(blocks);
    this.owners =
        blocks.stream()
            .flatMapToInt(block -> IntStream.generate(block::column).limit(block.width()))
            .toArray();
    this.pieces = new PiecesByFeature(blocks.stream().map(Block::column).toList(), names.size());
  }

  @Override
  public int count() {
    return names.size();
  }

  @Override
  public String name(int feature) {
    return names.get(feature);
  }

  @Override
  public int of(int entry) {
    return owners[entry];
  }

  @Override
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
