Feature: Where the links in mails lead

  Small pages take the token out of the link and call the API. They load nothing but their own script and style.

  @remote
  Scenario Outline: The page <path>
    When somebody opens the page "<path>"
    Then it is a page called "<title>"
    And the answer must not be stored
    And the page may load nothing inline and nothing from elsewhere
    And everything that the page loads is there

    Examples:
      | path            | title                       |
      | /reset-password | Choose a new password       |
      | /verify-email   | Confirm your e-mail address |
      | /magic-link     | Log in                      |

  @remote
  Scenario: Nothing else is there
    When somebody opens the page "/pages/app.js"
    Then it is refused with 404 not_found
