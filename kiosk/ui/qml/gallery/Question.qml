// A dialog over what lies below.
import QtQuick
import "../theme"
import "../controls"

Page {
    id: page

    Item {
        width: page.width
        height: page.nominal.height - 2 * Theme.space(4)
        Dialog {
            stage: page.stage
            anchors.margins: -Theme.margin
            title: page.shown.question.title
            text: page.shown.question.text
            warning: page.shown.question.warning
            closeText: page.shown.question.yes
            otherText: page.shown.question.no
        }
    }
}
