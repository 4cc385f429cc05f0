// A long text in pages.
import QtQuick
import "../controls"

Page {
    id: page
    columns: 1

    Reader {
        objectName: "reader"
        width: page.each
        height: Math.round(page.nominal.height * 0.7)
        title: page.shown.text.title
        text: page.shown.text.text
    }
}
