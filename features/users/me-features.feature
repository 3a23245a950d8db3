Feature: Which switches are on

  Switches are the operator's own: their names stand nowhere but in the files.

  Scenario: None, to begin with
    Given Ada is logged in
    When Ada asks which switches are on
    Then there is no switch
    And the response header Cache-Control is "no-store"

  Scenario: The operator turns switches while people are logged in
    Given Ada is logged in
    When the operator sets in one go:
      | features.newCheckout | true  |
      | features.darkMode    | false |
    And Ada asks which switches are on
    Then the switches are:
      | newCheckout | on  |
      | darkMode    | off |
    When the operator sets features.darkMode to true
    And Ada asks which switches are on
    Then the switches are:
      | newCheckout | on |
      | darkMode    | on |

  Scenario: A switch that nobody states any more is gone
    Given Ada is logged in
    And the operator has set features.newCheckout to true
    When the operator clears the settings
    And Ada asks which switches are on
    Then there is no switch

  @remote
  Scenario: They are told to those who are logged in
    When somebody asks which switches are on
    Then the request is rejected with 401 unauthorized
