Feature: Where the links in mails lead

  Small pages take the token out of the link and call the API. They load nothing but their own script and style.

  @remote
  Scenario Outline: The page <path>
    When somebody opens the page "<path>"
    Then it is a page called "<title>"
    And the response header Cache-Control is "no-store"
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
    Then the request is rejected with 404 not_found

  Scenario Outline: A link whose # was escaped on the way: <link>
    Given the operator has set logging.level to trace
    When somebody opens the page "<link>token=AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdE"
    Then it is a page called "<title>"
    And the page of the link sends no address to others
    And nothing that was answered or logged holds "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdE"

    Examples:
      | link               | title                       |
      | /reset-password%23 | Choose a new password       |
      | /verify-email%23   | Confirm your e-mail address |
      | /magic-link%23     | Log in                      |
      | /magic-link%2523   | Log in                      |

  Scenario Outline: An unknown path that may hold a token: <path>
    Given the operator has set logging.level to trace
    When somebody opens the page "<path>AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdE"
    Then there is no such page
    And nothing that was answered or logged holds "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdE"

    Examples:
      | path                  |
      | /magic-links%23token= |
      | /magic-link/%23token= |
      | /magic-link%3Ftoken=  |
      | /magic-link/          |
      | /api/v1/%2523token%3D |
      | /unknown?token=       |
      | /magic-link%26token=  |
