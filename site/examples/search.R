library(jsonlite)

# Every edition about epics, page after page
address <- paste0("@BASE@/api/search?size=100&q=", URLencode(enc2utf8("sử thi"), reserved = TRUE))
editions <- data.frame()
while (!is.null(address)) {
  found <- fromJSON(address)
  editions <- rbind(editions, found$member[c("year", "title", "id")])
  address <- found$view[["next"]]
}
print(head(editions))

# A whole dataset
table <- read.csv("@BASE@/dataset/editions/editions.csv", fileEncoding = "UTF-8-BOM")
print(nrow(table))
