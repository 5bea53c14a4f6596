/**
 * What a page does: draws the chart in the width and the colours of its window, and says the values where one points.
 * Texts of users become text nodes, never markup.
 */
export const pageScript = `
'use strict';
(function () {
  var source = document.getElementById('data').textContent
  var box = document.getElementById('chart')
  var scheme = window.matchMedia('(prefers-color-scheme: dark)')
  var colorKeys = ['color', 'borderColor', 'backgroundColor', 'inactiveColor']
  var darkOf = JSON.parse(source).darkOf
  var chart = null
  var layout = null
  var data = null

  // Colours are exchanged only where a colour can stand, never in a text.
  function exchange(key, value) {
    if (!scheme.matches || colorKeys.indexOf(key) < 0) return value
    if (Array.isArray(value)) return value.map(function (color) { return darkOf[color] || color })
    return typeof value === 'string' && darkOf[value] || value
  }

  function pick() {
    var fitting = data.layouts.filter(function (one) { return one.width <= box.clientWidth })
    return fitting[fitting.length - 1] || data.layouts[0]
  }

  function start() {
    var zoom = chart ? (chart.getOption().dataZoom || [])[0] : null
    if (chart) chart.dispose()
    data = JSON.parse(source, exchange)
    layout = pick()
    box.style.height = layout.height + 'px'
    chart = window.echarts.init(box, null, { renderer: 'canvas', locale: 'EN' })
    chart.setOption(Object.assign({}, data.option, layout.option, {
      tooltip: {
        trigger: 'axis', confine: true, formatter: tip, transitionDuration: 0,
        backgroundColor: exchange('color', data.colors.ground),
        textStyle: { fontSize: 13 }, axisPointer: { type: 'line' }
      },
      axisPointer: { link: [{ xAxisIndex: zoomed() }] }
    }))
    if (zoom) chart.dispatchAction({ type: 'dataZoom', start: zoom.start, end: zoom.end })
  }

  function zoomed() {
    var zoom = layout.option.dataZoom
    return zoom ? zoom[0].xAxisIndex : []
  }

  function number(value) {
    return value === null || value === undefined || !isFinite(value) ? '\\u2013' : String(Number(Number(value).toPrecision(6)))
  }

  function clock(time) {
    var parts = new Date(time).toISOString().split('T')
    var hours = parts[1].replace('.000Z', '').replace('Z', '').replace(/^(\\d\\d:\\d\\d):00$/, '$1')
    return hours === '00:00' ? parts[0] : parts[0] + ' ' + hours
  }

  function heading(point) {
    var panel = data.panels[data.tips[point.seriesIndex].panel]
    if (point.axisDim === 'y') return panel.rows[point.value[1]] || ''
    if (panel.x === 'time') return clock(point.axisValue)
    if (panel.x === 'category') return String(point.axisValue)
    return panel.name + ' ' + number(point.axisValue)
  }

  function valueOf(point, points, kind) {
    if (kind === 'cell') return number(point.value[2])
    if (kind === 'across') return number(point.value[0])
    if (kind !== 'band') return number(point.value[1])
    var below = points.filter(function (other) { return other.seriesIndex === point.seriesIndex - 1 })[0]
    return below ? number(below.value[1]) + ' \\u2026 ' + number(below.value[1] + point.value[1]) : ''
  }

  function row(text, style) {
    var line = document.createElement('div')
    line.textContent = text
    Object.assign(line.style, style || {})
    return line
  }

  function tip(points) {
    var list = Array.isArray(points) ? points : [points]
    var whole = document.createElement('div')
    var panel = -1
    whole.style.color = exchange('color', data.colors.ink)
    whole.style.whiteSpace = 'normal'
    whole.style.maxWidth = '280px'
    var shown = list.filter(function (point) { return data.tips[point.seriesIndex] && Array.isArray(point.value) }).slice(0, 16)
    if (shown.length === 0) return ''
    whole.appendChild(row(heading(shown[0]), { fontWeight: '600' }))
    shown.forEach(function (point) {
      var said = data.tips[point.seriesIndex]
      if (said.panel !== panel) whole.appendChild(row(data.panels[said.panel].heading, { marginTop: '4px', opacity: '0.8' }))
      panel = said.panel
      var line = row('')
      var dot = document.createElement('span')
      Object.assign(dot.style, { display: 'inline-block', width: '9px', height: '9px', borderRadius: '50%', marginRight: '6px', background: String(point.color) })
      line.appendChild(dot)
      line.appendChild(document.createTextNode(said.label + ': ' + valueOf(point, list, said.kind)))
      whole.appendChild(line)
    })
    return whole
  }

  document.documentElement.className = 'interactive'
  start()
  window.addEventListener('resize', function () {
    if (pick() === layout) chart.resize()
    else start()
  })
  scheme.addEventListener('change', start)
})()
`
