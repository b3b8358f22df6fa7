package io.latentry.server.operations;

import io.latentry.server.registry.Registry;
import io.latentry.server.serving.ModelHost;
import java.util.function.ToIntFunction;

/**
 * Models that are open.
 *
 * @param queuedRows how many rows wait for a model, by its name
 * @param registry where what is recorded of them is kept
 */
public record OpenModels(ModelHost host, ToIntFunction<String> queuedRows, Registry registry) {}
