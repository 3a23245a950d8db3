Feature: Customers

  Scenario Outline: <email> signs up as the first customer
    When "<email>" signs up
    Then the response is 201
    And the customers are:
      | id | email   |
      | 1  | <email> |

    Examples:
      | email            |
      | ada@example.com  |
      | bob@example.com  |
      | cleo@example.com |

  Scenario: An email address can sign up only once
    When "ada@example.com" signs up
    And "ada@example.com" signs up
    Then the response is 409
    And the customers are:
      | id | email           |
      | 1  | ada@example.com |

  Scenario: No customer is left from another scenario
    Then the list of customers is empty

  Scenario: A customer orders
    Given the customer "ada@example.com"
    When "ada@example.com" orders 2 apple
    Then the response is 201

  Scenario: An unknown customer cannot order
    When "eve@example.com" orders 1 apple
    Then the response is 404
    And the list of orders is empty
