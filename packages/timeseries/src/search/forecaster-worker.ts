/** The process of a worker of `searchForecaster`. */
import { serveTrials } from '@attentive/core'
import type { ForecasterTrials } from './search-forecaster.js'
import { tryForecaster } from './try-forecaster.js'

serveTrials<ForecasterTrials>(tryForecaster)
