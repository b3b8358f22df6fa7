package io.latentry.kafka.job;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.WriteBufferManager;

/**
 * One bound for the memory of all stores of a process. By itself each store of each partition takes
 * up to 100 MB outside of Java's heap.
 */
public final class BoundedStores implements RocksDBConfigSetter {
  private static final long MOST_BYTES = 128L << 20;
  private static final long MOST_WRITTEN_BYTES = 48L << 20;
  private static final long WRITTEN_AT_ONCE_BYTES = 4L << 20;

  private static final Cache CACHE = new LRUCache(MOST_BYTES);
  private static final WriteBufferManager WRITES =
      new WriteBufferManager(MOST_WRITTEN_BYTES, CACHE);

  @Override
  public void setConfig(String store, Options options, Map<String, Object> configs) {
    if (options.tableFormatConfig() instanceof BlockBasedTableConfig table) {
      options.setTableFormatConfig(
          table
              .setBlockCache(CACHE)
              .setCacheIndexAndFilterBlocks(true)
              .setCacheIndexAndFilterBlocksWithHighPriority(true)
              .setPinTopLevelIndexAndFilter(true));
    }
    options
        .setWriteBufferManager(WRITES)
        .setWriteBufferSize(WRITTEN_AT_ONCE_BYTES)
        .setMaxWriteBufferNumber(2);
  }

  /** What stores share stays. */
  @Override
  public void close(String store, Options options) {}
}
