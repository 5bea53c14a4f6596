export { type ForecasterSearch, type SearchForecasterOptions, searchForecaster } from './search-forecaster.js'
