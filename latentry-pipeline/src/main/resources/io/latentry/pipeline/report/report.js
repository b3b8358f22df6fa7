// Draws the charts of a report from the JSON in #chart-data. What a chart shows is said there; how it looks is said here and in report.css.
(function () {
  'use strict';
  const charts = JSON.parse(document.getElementById('chart-data').textContent);
  const drawn = new Map();
  const STROKE = 'path://M0 4H24V6H0Z';

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
  }

  // Numbers as in the tables: four significant digits.
  function figure(value) {
    if (value === null || !isFinite(value)) return 'not known';
    const size = Math.abs(value);
    if (size >= 1e7 || (size < 1e-4 && size > 0)) return value.toExponential(2).replace(/\.?0+e/, 'e').replace('e+', 'e');
    return size >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(4)));
  }
  function percent(value) {
    return Number((value * 100).toPrecision(3)) + ' %';
  }
  function shown(axis, value) {
    return axis.percent ? percent(value) : figure(value);
  }
  function escaped(text) {
    return echarts.format.encodeHTML(String(text));
  }

  // Linear up to the unit, then one step per power of ten.
  function placed(axis, value) {
    if (axis.scale !== 'symlog' || value === null) return value;
    const inUnits = Math.abs(value) / axis.unit;
    return Math.sign(value) * (inUnits <= 1 ? inUnits : 1 + Math.log10(inUnits));
  }
  function unplaced(axis, place) {
    if (axis.scale !== 'symlog') return place;
    const size = Math.abs(place);
    return Math.sign(place) * axis.unit * (size <= 1 ? size : Math.pow(10, size - 1));
  }

  // Half a power of ten is no number to print.
  function round(axis, place) {
    return axis.scale !== 'symlog' || Math.abs(place) <= 1 || Number.isInteger(place);
  }

  function axisOption(axis, narrow, vertical, more) {
    const quiet = colour('quiet');
    return Object.assign({
      type: axis.scale === 'log' ? 'log' : 'value',
      name: axis.name,
      nameLocation: vertical ? 'end' : 'middle',
      nameGap: vertical ? 14 : 30,
      nameTextStyle: { color: quiet, fontSize: 12, align: vertical ? 'left' : 'center', padding: vertical ? [0, 0, 0, -44] : 0 },
      splitNumber: narrow ? 4 : 6,
      axisLine: { show: !vertical, onZero: false, lineStyle: { color: colour('line') } },
      axisTick: { show: false },
      minInterval: axis.scale === 'symlog' ? 0.5 : 0,
      axisLabel: { show: axis.name !== '', color: quiet, fontSize: 12, hideOverlap: true, formatter: function (place) { return round(axis, place) ? shown(axis, unplaced(axis, place)) : ''; } },
      splitLine: { show: vertical, lineStyle: { color: colour('line') } },
      minorSplitLine: { show: false },
      scale: true
    }, more);
  }

  function frame(narrow, x, y, names) {
    const legend = names.length > 1;
    return {
      animation: false,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: colour('text') },
      legend: {
        show: legend, data: names, top: 5, left: 0, padding: [0, 0, 0, 0], itemGap: 18, itemWidth: 22, itemHeight: 10,
        textStyle: { color: colour('text'), fontSize: 13 }
      },
      grid: { left: 52, right: 20, top: legend ? (narrow ? 88 : 60) : 34, bottom: 46 },
      tooltip: {
        confine: true, backgroundColor: colour('raised'), borderColor: colour('line'),
        textStyle: { color: colour('text'), fontSize: 13 }
      },
      xAxis: x,
      yAxis: y
    };
  }

  function ink(series) {
    return colour('ink-' + series.ink);
  }

  const kinds = {
    lines: function (chart, narrow) {
      const names = Array.from(new Set(chart.series.map(function (s) { return s.name; })));
      const option = frame(narrow, axisOption(chart.x, narrow, false, {}), axisOption(chart.y, narrow, true, {}), names);
      option.tooltip.trigger = 'axis';
      option.tooltip.formatter = function (items) {
        return escaped(chart.x.name) + ' ' + figure(items[0].value[0]) + items.map(function (item) {
          return '<br>' + item.marker + escaped(item.seriesName) + ': ' + shown(chart.y, item.value[1]);
        }).join('');
      };
      option.legend.icon = STROKE;
      option.series = chart.series.map(function (series) {
        return {
          type: 'line', name: series.name, data: series.points, symbol: series.points.length < 2 ? 'circle' : 'none', color: ink(series),
          lineStyle: { width: series.ink === 'quiet' ? 1 : 2, type: series.dashed ? [6, 4] : 'solid' }
        };
      });
      if (chart.mark) {
        option.series[0].markLine = {
          symbol: 'none', silent: true, animation: false,
          lineStyle: { color: colour('ink-threshold'), type: 'dashed', width: 1.5 },
          label: { formatter: chart.mark.label, color: colour('text'), fontSize: 12, position: 'insideEndTop', rotate: 0, align: 'left', distance: 6 },
          data: [{ xAxis: chart.mark.at }]
        };
      }
      if (chart.band) {
        option.series[0].markArea = {
          silent: true, animation: false, itemStyle: { color: colour('ink-quiet'), opacity: 0.2 },
          data: [[{ xAxis: chart.band[0] }, { xAxis: chart.band[1] }]]
        };
      }
      return option;
    },

    histogram: function (chart, narrow) {
      const edges = chart.edges;
      const names = chart.series.map(function (s) { return s.name; });
      const option = frame(narrow, axisOption(chart.x, narrow, false, { min: edges[0], max: edges[edges.length - 1] }),
        axisOption(chart.y, narrow, true, { min: 0 }), names);
      option.legend.icon = 'roundRect';
      option.legend.itemWidth = 16;
      option.yAxis.nameGap = narrow ? 28 : 14;
      option.xAxis.axisLabel.showMinLabel = false;
      option.xAxis.axisLabel.showMaxLabel = false;
      option.tooltip.trigger = 'axis';
      option.tooltip.formatter = function (items) {
        const bin = Math.min(items[0].dataIndex, edges.length - 2);
        return escaped(chart.x.name) + ' ' + figure(edges[bin]) + ' to ' + figure(edges[bin + 1]) + chart.series.map(function (series, i) {
          return '<br>' + (items[i] ? items[i].marker : '') + escaped(series.name) + ': ' + shown(chart.y, series.shares[bin]);
        }).join('');
      };
      option.series = chart.series.map(function (series, i) {
        const points = edges.map(function (edge, bin) { return [edge, series.shares[Math.min(bin, series.shares.length - 1)]]; });
        const drawnSeries = {
          type: 'line', step: 'end', name: series.name, data: points, symbol: 'none', color: ink(series),
          lineStyle: { width: 1.5 }, areaStyle: { opacity: 0.28 }
        };
        if (i === 0 && chart.mark) {
          const right = chart.mark.at > (edges[0] + edges[edges.length - 1]) / 2;
          drawnSeries.markLine = {
            symbol: 'none', silent: true, animation: false,
            lineStyle: { color: colour('ink-threshold'), type: 'dashed', width: 1.5 },
            label: { formatter: chart.mark.label, color: colour('text'), fontSize: 12, position: 'end', align: right ? 'right' : 'left', distance: 6 },
            data: [{ xAxis: chart.mark.at }]
          };
        }
        return drawnSeries;
      });
      return option;
    },

    scatter: function (chart, narrow) {
      const boundary = chart.boundary.points.length > 0;
      const names = chart.series.map(function (s) { return s.name; }).concat(boundary ? [chart.boundary.name] : []);
      const option = frame(narrow, axisOption(chart.x, narrow, false, {}), axisOption(chart.y, narrow, true, {}), names);
      option.legend.itemWidth = 14;
      option.xAxis.splitLine = { show: true, lineStyle: { color: colour('line') } };
      option.tooltip.trigger = 'item';
      option.tooltip.formatter = function (item) {
        const point = item.data.told;
        if (!point) return '';
        if (item.data.text !== undefined) {
          return escaped(item.seriesName) + ', row ' + point[2].toLocaleString('en') + (item.data.text ? '<br>' + escaped(item.data.text).replace(/\n/g, '<br>') : '');
        }
        if (chart.x.name === '') return escaped(item.seriesName);
        return escaped(item.seriesName) + (point.length > 2 ? ', row ' + point[2].toLocaleString('en') : '') +
          '<br>' + escaped(chart.x.name) + ': ' + shown(chart.x, point[0]) + '<br>' + escaped(chart.y.name) + ': ' + shown(chart.y, point[1]);
      };
      option.series = chart.series.map(function (series) {
        return {
          type: 'scatter', name: series.name, symbol: series.symbol, symbolSize: series.symbol === 'circle' ? 6 : 8, color: ink(series),
          itemStyle: { opacity: series.points.length > 800 ? 0.45 : 0.65 },
          data: series.points.map(function (p, i) {
            return { value: [placed(chart.x, p[0]), placed(chart.y, p[1])], told: p, text: series.told ? series.told[i] : undefined };
          })
        };
      });
      if (boundary) {
        option.legend.data = option.legend.data.map(function (name) { return name === chart.boundary.name ? { name: name, icon: STROKE } : name; });
        option.series.push({
          type: 'line', name: chart.boundary.name, symbol: 'none', silent: true, color: ink(chart.boundary),
          lineStyle: { width: 1.5, type: 'dashed' }, tooltip: { show: false },
          data: chart.boundary.points.map(function (p) { return [placed(chart.x, p[0]), placed(chart.y, p[1])]; })
        });
      }
      return option;
    },

    bars: function (chart, narrow) {
      const x = axisOption(chart.x, narrow, false, { type: 'category', data: chart.names });
      x.axisLabel.formatter = null;
      const option = frame(narrow, x, axisOption(chart.y, narrow, true, { min: 0 }), []);
      option.tooltip.trigger = 'item';
      option.tooltip.formatter = function (item) {
        return escaped(chart.x.name) + ' ' + escaped(item.name) + '<br>' + escaped(chart.y.name) + ': ' + shown(chart.y, item.value);
      };
      option.series = [{ type: 'bar', data: chart.values, barMaxWidth: 28, color: ink(chart) }];
      return option;
    },

    sides: function (chart, narrow) {
      const x = axisOption(chart.x, narrow, false, { type: 'category', data: chart.names });
      x.axisLabel.show = true;
      x.axisLabel.formatter = function (name) { return name.length > 14 ? name.slice(0, 13) + '\u2026' : name; };
      const option = frame(narrow, x, axisOption(chart.y, narrow, true, { min: 0 }), chart.series.map(function (s) { return s.name; }));
      option.legend.icon = 'roundRect';
      option.legend.itemWidth = 16;
      option.tooltip.trigger = 'axis';
      option.tooltip.formatter = function (items) {
        return escaped(items[0].name) + items.map(function (item) {
          return '<br>' + item.marker + escaped(item.seriesName) + ': ' + shown(chart.y, item.value);
        }).join('');
      };
      option.series = chart.series.map(function (series) {
        return { type: 'bar', name: series.name, data: series.shares, barMaxWidth: 28, color: ink(series) };
      });
      return option;
    },

    intervals: function (chart, narrow) {
      // A logarithmic axis has no zero: what is zero, or an interval that reaches far down, ends on the lowest decade.
      const positive = chart.points.reduce(function (all, p) { return all.concat(p.slice(0, 2)); }, []).filter(function (v) { return v > 0; });
      const low = Math.pow(10, Math.floor(Math.log10(Math.min.apply(null, positive))));
      const high = Math.min(1, Math.pow(10, Math.ceil(Math.log10(Math.max.apply(null, chart.points.map(function (p) { return p[3]; }))) - 1e-9)));
      const range = { min: low, max: high, scale: false };
      const name = chart.name;
      const option = frame(narrow, axisOption(chart.x, narrow, false, range), axisOption(chart.y, narrow, true, range), [name, { name: 'promise kept exactly', icon: STROKE }]);
      function at(value) { return Math.max(low, value); }
      option.tooltip.trigger = 'item';
      option.tooltip.formatter = function (item) {
        const p = item.data.told;
        return p ? 'promised ' + percent(p[0]) + '<br>observed ' + percent(p[1]) + ' (' + percent(p[2]) + ' to ' + percent(p[3]) + ')' : '';
      };
      const whiskers = [];
      chart.points.forEach(function (p) { whiskers.push([p[0], at(p[2])], [p[0], at(p[3])], ['-', '-']); });
      option.series = [
        { type: 'line', name: 'promise kept exactly', symbol: 'none', silent: true, color: colour('quiet'), lineStyle: { type: 'dashed', width: 1.5 }, data: [[low, low], [high, high]] },
        { type: 'line', showSymbol: true, symbol: 'rect', symbolSize: [9, 2], silent: true, color: colour('ink-normal'), lineStyle: { width: 2 }, data: whiskers },
        { type: 'scatter', name: name, symbolSize: 10, color: colour('ink-normal'), data: chart.points.map(function (p) { return { value: [p[0], at(p[1])], told: p }; }) }
      ];
      return option;
    }
  };

  function draw(id) {
    const place = document.getElementById('chart-' + id);
    const narrow = place.clientWidth < 520;
    if (!drawn.has(id)) drawn.set(id, echarts.init(place, null, { renderer: 'svg' }));
    const instance = drawn.get(id);
    instance.resize();
    instance.setOption(kinds[charts[id].kind](charts[id], narrow), true);
    place.dataset.drawn = 'true';
  }
  function drawAll() {
    Object.keys(charts).forEach(function (id) {
      try {
        draw(id);
      } catch (problem) {
        document.getElementById('chart-' + id).classList.add('broken');
        console.error('chart ' + id + ' could not be drawn: ' + problem);
      }
    });
  }

  document.documentElement.classList.add('drawing');
  drawAll();
  let waiting = 0;
  window.addEventListener('resize', function () {
    clearTimeout(waiting);
    waiting = setTimeout(drawAll, 120);
  });
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
  window.addEventListener('beforeprint', drawAll);
})();
