// What the town hall says about a vote, to be read before answering.
import QtQuick

Sheet {
    id: sheet
    title: stage.view.eyebrow || ""
    icon: "ballot-box"
    onClosed: stage.closeSheet()

    Words {
        width: parent ? parent.width : 0
        text: sheet.stage.view.introduction || ""
    }
}
